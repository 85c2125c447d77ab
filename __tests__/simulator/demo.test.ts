import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { asWorkflowStep } from '../../simulator/demo-steps.ts'
import { createRunnerLog } from '../../simulator/runner-log.ts'
import { summaryPage } from '../../simulator/summary-page.ts'

const color = (_: string, text: string): string => text

describe('the log as a person sees it on GitHub', () => {
  test('has annotations in words, groups folded, and no commands', () => {
    const log = createRunnerLog({ color })
    const text = log.write(
      '::add-mask::secret\n::debug::GET /\nHello\n::group::The jobs\n  one\n::endgroup::\n::notice title=A::b\n' +
        '::error title=1 of 2%2C failed%3A::1 failed%0Avol%25\n'
    )
    expect(text).toBe('Hello\n▸ The jobs\nNotice: b\nError: 1 failed\nvol%\n')
    expect(log.errors).toEqual(['1 of 2, failed:'])
  })

  test('has lines only once they are complete', () => {
    const log = createRunnerLog({ color })
    expect([log.write('::war'), log.write('ning::x\r\ny'), log.write('\n')]).toEqual(['', 'Warning: x\n', 'y\n'])
  })

  test('shows debug lines and what is in groups on request', () => {
    const log = createRunnerLog({ verbose: true, color })
    expect(log.write('::debug::GET /\n::group::The jobs\n  one\n::endgroup::\n')).toBe(
      'debug: GET /\n▸ The jobs\n  one\n'
    )
  })
})

test('a step is shown as a workflow has it, without what only the simulator knows', () => {
  const body = JSON.stringify({ name: 'lun1', simulate: { seconds: 4 } })
  expect(asWorkflowStep({ url: 'http://x', 'request-body': body, 'job-key': 'a\nb' })).toBe(
    `- uses: await-job/await-job@v1
  with:
    url: http://x
    request-body: '{"name":"lun1"}'
    job-key: |
      a
      b`
  )
})

test('the page of the summaries has them as HTML, charts included', async () => {
  const page = await summaryPage('a < b', [{ title: 'One', summary: '### Done\n\n```mermaid\ngantt\n```\n' }])
  for (const part of ['<h1>a &lt; b</h1>', '<h2>One</h2>', '<h3>Done</h3>', 'language-mermaid', 'mermaid.min.js']) {
    expect(page).toContain(part)
  }
})

test('npm start shows the log, the verdict, three outputs, the summary and what to try next', () => {
  const demo = fileURLToPath(new URL('../../simulator/demo.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).not.toMatch(/^\s*::/m)
  expect(stdout.match(/The step \w+.*/g)).toEqual([
    'The step passes',
    'The step fails: 1 of 4 jobs failed',
    'The step passes'
  ])
  expect(stdout.match(/outputs\.[\w-]+(?=:)/g)).toEqual(
    Array.from({ length: 3 }, () => ['outputs.outcome', 'outputs.message', 'outputs.result']).flat()
  )
  expect(stdout).toContain('npm run simulator')
  const [, file = ''] = /(file:\S+demo\.html)/.exec(stdout) ?? []
  const page = readFileSync(new URL(file), 'utf8')
  for (const title of ['The job succeeded', '1 of 4 jobs failed', 'The volume move succeeded']) {
    expect(page).toContain(title)
  }
})
