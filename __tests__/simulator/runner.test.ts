import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { changeVariables, parseOutputs } from '../../simulator/runner.ts'
import { signalsOf } from '../../simulator/signals.ts'

describe('the outputs that a step wrote', () => {
  test.each([
    ['of other systems', '\n'],
    ['of Windows', '\r\n']
  ])('are read with the line ends %s', (_, eol) => {
    const lines = [
      'outcome<<E1',
      'error',
      'E1',
      'key<<E2',
      'one',
      '',
      'two',
      'E2',
      'result<<E3',
      '',
      'E3',
      'job<<E4',
      'E4'
    ]
    expect(parseOutputs(lines.map(line => line + eol).join(''))).toEqual({
      outcome: 'error',
      key: ['one', '', 'two'].join(eol),
      result: '',
      job: ''
    })
  })

  test('keep what only looks like a delimiter', () => {
    expect(parseOutputs('message<<END\nname<<END2\nEND2 END\nEND3\nEND\n')).toEqual({
      message: 'name<<END2\nEND2 END\nEND3'
    })
  })
})

describe('environment variables', () => {
  const BEFORE = { PATH: '/bin', HTTPS_PROXY: 'http://one' }

  test('are replaced and removed by their names', () => {
    expect(changeVariables(BEFORE, { https_proxy: 'http://two', PATH: undefined }, 'linux')).toEqual({
      HTTPS_PROXY: 'http://one',
      https_proxy: 'http://two',
      PATH: undefined
    })
  })

  test('are the same in any case on Windows', () => {
    expect(changeVariables(BEFORE, { https_proxy: 'http://two', Path: undefined }, 'win32')).toEqual({
      https_proxy: 'http://two',
      Path: undefined
    })
  })
})

const PLATFORMS = process.platform === 'win32' ? (['win32'] as const) : (['linux', 'win32'] as const)
describe.each(PLATFORMS)('a signal sent as on %s', platform => {
  /** Runs a script in a process of its own, and sends SIGINT as soon as it has printed something. */
  async function interrupt(script: string) {
    const { nodeOptions, stdio, send } = signalsOf(platform)
    const child = spawn(process.execPath, [...nodeOptions, '--eval', script], { stdio })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') send(child, 'SIGINT')
      output += text
    })
    const [exitCode, signal] = await once(child, 'close')
    return { output, exitCode, signal }
  }
  const WAIT = "console.log('started'); const timer = setTimeout(() => {}, 50_000);"

  test('is handled by the process', async () => {
    const script = `process.on('SIGINT', signal => { console.log(signal); clearTimeout(timer); process.exitCode = 3 }); ${WAIT}`
    expect(await interrupt(script)).toEqual({ output: 'started\nSIGINT\n', exitCode: 3, signal: null })
  })

  test('ends a process that does not handle it', async () => {
    const { output, exitCode } = await interrupt(WAIT)
    expect([output, exitCode]).toEqual(['started\n', process.platform === 'win32' ? 1 : null])
  })

  test('does not keep a process alive that could be sent one', async () => {
    const { nodeOptions, stdio } = signalsOf(platform)
    const child = spawn(process.execPath, [...nodeOptions, '--eval', '0'], { stdio })
    expect(await once(child, 'close')).toEqual([0, null])
  })
})
