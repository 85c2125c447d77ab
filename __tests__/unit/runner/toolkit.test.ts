import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import * as core from '../../../src/runner/toolkit.ts'

let printed = ''
const write = jest.spyOn(process.stdout, 'write')
const before = { ...process.env }

beforeAll(() => {
  write.mockImplementation(text => {
    printed += text
    return true
  })
})
beforeEach(() => {
  printed = ''
  core.protect(['s3cret/1', ''])
})
afterAll(() => {
  core.protect([])
  write.mockRestore()
  process.env = before
})

test('every form of a secret is masked by the runner, each once', () => {
  printed = ''
  core.protect(['s3cret/1', 's3cret/1', 'plain'])
  expect(printed.trim().split(/\r?\n/)).toEqual([
    '::add-mask::s3cret/1',
    '::add-mask::s3cret%252F1',
    '::add-mask::czNjcmV0LzE=',
    '::add-mask::plain',
    '::add-mask::cGxhaW4='
  ])
})

test.each<[string, (text: string) => void, string]>([
  ['debug', core.debug, '::debug::a ***'],
  ['info', core.info, 'a ***'],
  ['notice', text => core.notice(text, { title: 'T' }), '::notice title=T::a ***'],
  ['warning', text => core.warning(text, { title: 'T' }), '::warning title=T::a ***'],
  ['error', text => core.error(text, { title: 'T' }), '::error title=T::a ***'],
  ['a group', core.startGroup, '::group::a ***']
])('no secret leaves the step by way of %s', (_, print, line) => {
  printed = ''
  print('a s3cret/1')
  expect(printed.trim()).toBe(line)
})

test('a secret that is not well-formed Unicode is masked all the same', () => {
  core.protect(['a\ud800'])
  expect(printed).toContain('::add-mask::a%25EF%25BF%25BD')
})

test('a group is closed', () => {
  printed = ''
  core.endGroup()
  expect(printed.trim()).toBe('::endgroup::')
})

test('an output is written without secrets', () => {
  expect(core.redactedOutput('message', 'a s3cret/1', [])).toBe('a ***')
})

test('an input is read as the runner hands it over', () => {
  process.env['INPUT_JOB-KEY'] = ' a '
  expect([core.getInput('job-key'), core.getInput('response')]).toEqual(['a', ''])
})
