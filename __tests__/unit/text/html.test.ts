import { expect, test } from '@jest/globals'
import { escapeHtml } from '../../../src/text/html.ts'

test('every character that means something in HTML is escaped', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;'
  )
})
