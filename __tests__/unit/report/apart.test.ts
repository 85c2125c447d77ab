import { describe, expect, test } from '@jest/globals'
import type { Apart } from '../../../src/ask/find-jobs.ts'
import type { Verdict } from '../../../src/jobs/job.ts'
import { outputsOfApart, printApart, summaryOfApart } from '../../../src/report/apart.ts'
import { createRecorder } from './play.ts'

const apart = (changes: Partial<Apart> = {}): Apart => ({
  outcome: 'refused',
  message: 'POST /api/x: the server answered 400',
  errorCode: '917831',
  result: {},
  ...changes
})

function printed(changes: Partial<Apart>, failOn: readonly Verdict[] = ['ERROR', 'PARTIAL_FAILURES']): string {
  const printer = createRecorder()
  printApart(apart(changes), new Set(failOn), printer)
  return printer.text()
}

describe('an ending apart from any job', () => {
  test('has outputs of its own', () => {
    expect(outputsOfApart(apart({ result: { name: 'v1' } }))).toEqual({
      outcome: 'refused',
      result: '{"name":"v1"}',
      message: 'POST /api/x: the server answered 400',
      'error-code': '917831'
    })
  })

  test('has a result that is cut to fit, and says so', () => {
    const { result, message } = outputsOfApart(apart({ result: { text: 'x'.repeat(1_000_000) } }))
    expect(JSON.parse(result ?? '')).toEqual({ text: expect.stringMatching(/^x+…$/) })
    expect(message).toBe('POST /api/x: the server answered 400 (shortened to fit: result)')
  })

  test.each<[Apart['outcome'], string, string]>([
    ['success', '::notice title=Nothing to wait for::', ''],
    [
      'refused',
      '::error title=The server refused the call::',
      '\n    Resolve what the message reports, then run the step again: the server has changed nothing.'
    ],
    [
      'unauthorized',
      '::error title=The server did not allow access::',
      '\n    After a 401, check the credentials; after a 403, what their role may do.'
    ]
  ])('is one annotation, with what to do next: %s', (outcome, start, end) => {
    expect(printed({ outcome })).toBe(`${start}POST /api/x: the server answered 400${end}`)
  })

  test('is a warning where "fail-on" leaves its verdict out', () => {
    expect(printed({ outcome: 'partial-failures' })).toMatch(/^::error title=The call partially failed::/)
    expect(printed({ outcome: 'partial-failures' }, ['ERROR'])).toMatch(/^::warning title=The call partially failed::/)
  })

  test('has nothing of the server in it that the runner would obey', () => {
    const message = 'x\n::add-mask::y'
    expect(printed({ message })).not.toMatch(/^::add-mask/m)
    expect(outputsOfApart(apart({ message })).message).not.toContain('\n')
  })

  test('is shown in the summary, with its result if there is one', () => {
    expect(summaryOfApart(apart()).replaceAll('<wbr>', '')).toBe(
      '### ❌ The server refused the call\n\n<p><code>POST /api/x: the server answered 400</code></p>\n\n**What next**\n\n' +
        '<ul>\n<li>Resolve what the message reports, then run the step again: the server has changed nothing.</li>\n</ul>\n'
    )
    const summary = summaryOfApart(apart({ outcome: 'success', result: { name: '<b>' } }))
    expect(summary).toMatch(/^### ✅ Nothing to wait for\n/)
    expect(summary.replaceAll('<wbr>', '')).toContain('{&quot;name&quot;:&quot;&lt;b&gt;&quot;}')
  })
})
