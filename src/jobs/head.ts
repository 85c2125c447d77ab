import type { HttpAnswer } from './api.ts'

const STATUS_LINE = /\s*HTTP\/[\d.]+ +(\d{3})/y
const END_OF_HEAD = /\n\r?\n|$/g
const HEADER = /^([^\s:]+):(.*)$/gm

/** What precedes the body in a response as `curl -i` prints it. */
export interface Head extends Omit<HttpAnswer, 'body'> {
  /** Where the body begins. */
  readonly end: number
}

/** The head of a response, the last one where a proxy has one of its own before it; null where the text has none. */
export function headIn(text: string): Head | null {
  let head: Head | null = null
  for (let at = 0; ; at = head.end) {
    STATUS_LINE.lastIndex = at
    const [, status] = STATUS_LINE.exec(text) ?? []
    if (status === undefined) return head
    END_OF_HEAD.lastIndex = STATUS_LINE.lastIndex
    END_OF_HEAD.exec(text)
    const end = Math.max(END_OF_HEAD.lastIndex, STATUS_LINE.lastIndex)
    const headers = [...text.slice(at, end).matchAll(HEADER)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.trim()
    ])
    head = { status: Number(status), headers: Object.fromEntries(headers), end }
  }
}
