/** A key as one segment of a path: `:` stays as it is, whatever else could end the segment is encoded. */
export function encodeSegment(key: string): string {
  return encodeURIComponent(key).replaceAll('%3A', ':')
}

/** Whether a path can hold the text as one segment of its own: dots alone would lead out of it. */
export function isSegment(text: string): boolean {
  return !['', '.', '..'].includes(text) && !/\p{Cc}/u.test(text) && text.isWellFormed()
}

/** A value in a query where `|` means "or" and `*` means "anything": neither may come out of a key. */
export function encodeQuery(value: string): string {
  return encodeSegment(value).replaceAll('*', '%2A')
}

/** Whether a path has a segment that an address loses, alone or together with the one before it: `.` or `..`, encoded or not. */
export function leadsBack(path: string): boolean {
  return /\/(\.|%2e){1,2}([/?]|$)/i.test(path)
}

/** A key in valid percent-encoding is decoded, once; any other `%` is data. */
export function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
