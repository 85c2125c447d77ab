import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readTextFile } from '../../../src/inputs/file.ts'

const folder = mkdtempSync(join(tmpdir(), 'await-job-test-'))
const unix = process.platform === 'win32' ? test.skip : test

afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  return path
}

const TEXT = '{"name": "größe 💾"}\r\n'

test.each<[string, string | Uint8Array, string]>([
  ['UTF-8', TEXT, TEXT],
  ['UTF-8 with a byte order mark', `\uFEFF${TEXT}`, TEXT],
  ['UTF-16, the low byte first, as Windows PowerShell writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), TEXT],
  ['UTF-16, the high byte first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16(), TEXT],
  ['nothing', '', ''],
  ['one byte', '\u007f', '\u007f']
])('a file of %s is read', (_, content, text) => {
  expect(readTextFile(fileOf(content))).toBe(text)
})

test('a file of 8 MiB is read, and a longer one is not', () => {
  const path = fileOf('x'.repeat(8 * 2 ** 20))
  expect(readTextFile(path)).toHaveLength(8 * 2 ** 20)
  truncateSync(path, 8 * 2 ** 20 + 1)
  expect(() => readTextFile(path)).toThrow('it is larger than 8 MiB')
})

test('a file that is not there says so', () => {
  expect(() => readTextFile(join(folder, 'none'))).toThrow('ENOENT')
})

unix('a folder is not read', () => {
  expect(() => readTextFile(folder)).toThrow('it is not a regular file')
})

unix('a device is not read', () => {
  expect(() => readTextFile('/dev/zero')).toThrow('it is not a regular file')
})

unix('a pipe that nobody writes to is not waited for', () => {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  expect(() => readTextFile(path)).toThrow('it is not a regular file')
})

const linux = process.platform === 'linux' ? test : test.skip

linux('a file that the system says is empty is read to its end', () => {
  expect(readTextFile('/proc/self/status')).toMatch(/^Name:/)
})
