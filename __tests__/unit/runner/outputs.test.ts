import { describe, expect, test } from '@jest/globals'
import { redactOutput } from '../../../src/runner/outputs.ts'
import { createRedact } from '../../../src/runner/redact.ts'

const PASSWORD = 'p@ss "w<o>rd"\\'
const redact = createRedact([PASSWORD, 'hunter22'])

describe('an output', () => {
  const word = createRedact(['success', 'state', 'running', '1234', 'ontap', 'status-code'])

  test.each([
    ['outcome', 'success'],
    ['state', 'NORMAL'],
    ['state', 'running'],
    ['message', 'ontap'],
    ['message', 'status-code'],
    ['elapsed-seconds', '1234']
  ])("keeps the action's own words, states that are known, and counts: %s=%s", (name, value) => {
    expect(redactOutput(name, value, ['running'], word)).toBe(value)
  })

  test.each([
    ['message', 'was 1234 here', 'was *** here'],
    ['key', '1234', '***'],
    ['error-code', '1234', '***'],
    ['state', 'running', '***']
  ])('is redacted as text: %s=%s', (name, value, shown) => {
    expect(redactOutput(name, value, [], word)).toBe(shown)
  })

  test.each(['result', 'job', 'jobs'])('%s stays valid JSON, its own words and its numbers as they were', name => {
    const value = {
      state: 'success',
      progress: 'running',
      message: 'state "1234" \\1234\n',
      n: 1234,
      '1234': ['"1234', { 'x\\"': PASSWORD }]
    }
    expect(JSON.parse(redactOutput(name, JSON.stringify(value), ['running'], word))).toEqual({
      state: 'success',
      progress: 'running',
      message: '*** "***" \\***\n',
      n: 1234,
      '***': ['"***', { 'x\\"': PASSWORD }]
    })
    expect(redactOutput(name, JSON.stringify([PASSWORD, { [PASSWORD]: 'NORMAL' }]), [], redact)).toBe(
      '["***",{"***":"NORMAL"}]'
    )
  })

  test('of hundreds of kilobytes is redacted whole', () => {
    const value = { list: Array.from({ length: 20_000 }, () => 'hunter22 \\" \n') }
    const redacted = redactOutput('job', JSON.stringify(value), [], redact)
    expect(JSON.parse(redacted).list).toEqual(Array(20_000).fill('*** \\" \n'))
  })
})
