import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** The longest file that is read, in MiB. */
const LONGEST = 8

/**
 * The text of a regular file in UTF-8, or in UTF-16 where a byte order mark says so. Throws where it is another kind of file,
 * longer than 8 MiB, or cannot be read. A pipe is not waited for.
 */
export function readTextFile(path: string): string {
  // Windows does not have the second flag: it is undefined there, and counts as 0.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is not a regular file')
    return decode(readAll(file))
  } finally {
    closeSync(file)
  }
}

/** Reads to the end, whatever the size of the file is said to be: some files of the system are said to be empty. */
function readAll(file: number): Uint8Array {
  const bytes = new Uint8Array(LONGEST * 2 ** 20 + 1)
  let length = 0
  for (let read = -1; read !== 0; length += read) read = readSync(file, bytes, length, bytes.length - length, null)
  if (length === bytes.length) throw new Error(`it is larger than ${LONGEST} MiB`)
  return bytes.subarray(0, length)
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
