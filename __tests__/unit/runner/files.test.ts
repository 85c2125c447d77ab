import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { parseOutputs } from '../../../simulator/runner.ts'
import { writeOutputs, writeSummary } from '../../../src/runner/files.ts'

const folder = mkdtempSync(join(tmpdir(), 'await-job-'))
const file = join(folder, 'file')
const printer = { debug: jest.fn(), info: jest.fn(), warning: jest.fn() }
const before = { ...process.env }

beforeEach(() => {
  writeFileSync(file, '')
  for (const print of Object.values(printer)) print.mockReset()
})

afterEach(() => {
  process.env = { ...before }
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('edge case 40: the verdict stands without the files of the runner', () => {
  test.each([
    ['unset', undefined],
    ['empty', '']
  ])('GITHUB_OUTPUT is %s', (_title, path) => {
    set('GITHUB_OUTPUT', path)
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    writeOutputs({ outcome: 'success' }, printer)
    expect(stdout).not.toHaveBeenCalled()
    stdout.mockRestore()
    expect(printer.debug).toHaveBeenCalledWith('GITHUB_OUTPUT is not set: no outputs are written')
  })

  test.each([
    ['is not there', join(folder, 'missing', 'file')],
    ['is a folder', folder]
  ])('GITHUB_OUTPUT %s', (_title, path) => {
    set('GITHUB_OUTPUT', path)
    expect(() => writeOutputs({ outcome: 'success' }, printer)).not.toThrow()
    expect(printer.warning).toHaveBeenCalledWith(expect.stringContaining('The outputs could not be written: '))
  })

  test('GITHUB_STEP_SUMMARY is unset', () => {
    set('GITHUB_STEP_SUMMARY', undefined)
    writeSummary('# Summary', printer)
    expect(printer.info).not.toHaveBeenCalled()
  })

  test.each([
    ['is not there', join(folder, 'missing', 'file')],
    ['is a folder', folder]
  ])('GITHUB_STEP_SUMMARY %s', (_title, path) => {
    set('GITHUB_STEP_SUMMARY', path)
    expect(() => writeSummary('# Summary', printer)).not.toThrow()
    expect(printer.info).toHaveBeenCalledWith(expect.stringContaining('The job summary could not be written: '))
  })
})

test('outputs are written in the format of the runner', () => {
  set('GITHUB_OUTPUT', file)
  writeOutputs({ outcome: 'error', key: 'a\nb' }, printer)
  expect(readFileSync(file, 'utf8')).toMatch(
    /^outcome<<(ghadelimiter_\S*)\r?\nerror\r?\n\1\r?\nkey<<(\S+)\r?\na\nb\r?\n\2\r?\n$/
  )
})

test('a value that holds the delimiter does not end early', () => {
  set('GITHUB_OUTPUT', file)
  const value = 'one\nghadelimiter_\noutcome<<ghadelimiter_ghadelimiter_\nsuccess\nghadelimiter_ghadelimiter_'
  writeOutputs({ message: value, outcome: 'error' }, printer)
  expect(parseOutputs(readFileSync(file, 'utf8'))).toEqual({ message: value, outcome: 'error' })
})

test('a summary is appended to the file', () => {
  set('GITHUB_STEP_SUMMARY', file)
  writeSummary('one\n', printer)
  writeSummary('two\n', printer)
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
})

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
