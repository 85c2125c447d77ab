import { readFileSync } from 'node:fs'
// @ts-expect-error: the stub has no types
import { getExecOutput } from '@actions/exec'
import { HttpClient } from '@actions/http-client'
import { expect, test } from '@jest/globals'

const bundle = readFileSync('dist/index.js', 'utf8')

test.each([
  ['undici', 'getAgentDispatcher'],
  ['@actions/exec', 'getDetails']
])('nothing in the bundle calls the only function that needs %s', (_, entrance) => {
  const [definition, ...calls] = bundle.match(new RegExp(`^.*\\b${entrance}\\(.*$`, 'gm')) ?? []
  expect(definition).toMatch(/\(.*\) \{$/)
  expect(calls).toEqual([])
})

test('nothing in the bundle can start another program', () => {
  expect(bundle).not.toContain('child_process')
})

test('a stub throws when it is used', async () => {
  await expect(getExecOutput('true')).rejects.toThrow('see stubs/')
  process.env.https_proxy = 'http://proxy.example.com:3128'
  try {
    expect(() => new HttpClient().getAgentDispatcher('https://um.example.com')).toThrow('see stubs/')
  } finally {
    delete process.env.https_proxy
  }
})
