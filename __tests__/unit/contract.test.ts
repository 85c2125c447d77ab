import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { GENERATED, renewed } from '../../scripts/generated.ts'
import { INPUTS } from '../../src/inputs/names.ts'
import { OUTPUTS } from '../../src/runner/outputs.ts'

type Declared = Record<string, { default?: string; required?: boolean; description: string }>

const action: { inputs: Declared; outputs: Declared } = parse(readFileSync('action.yml', 'utf8'))
const readme = readFileSync('README.md', 'utf8')

/** The rows of the README's tables under a heading: the names in code, then the other cells. */
function rowsUnder(heading: string): string[][] {
  const section = readme.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split('|').map(cell => cell.trim())
  ])
}

test('action.yml declares every input that the code reads, with the same default, and no other', () => {
  const declared = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''])
  expect(Object.fromEntries(declared)).toEqual(INPUTS)
})

test('action.yml declares every output that the code writes, and no other', () => {
  expect(Object.keys(action.outputs)).toEqual([...OUTPUTS])
})

test('every input and output is described', () => {
  for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
    expect(description.length).toBeGreaterThan(10)
  }
})

test('the README and the reusable workflow are what "npm run docs" writes, with every part of it', () => {
  const texts = ['README.md', '.github/workflows/await-job.yml'].map(file => readFileSync(file, 'utf8'))
  expect(texts.map(renewed)).toEqual(texts)
  const missing = [...GENERATED.keys()].filter(name => !texts.some(text => text.includes(`/generated: ${name}`)))
  expect(missing).toEqual([])
})

test('the reusable workflow has every input but a file of its caller, and every output', () => {
  const { on, jobs } = parse(readFileSync('.github/workflows/await-job.yml', 'utf8'))
  const { inputs, secrets, outputs } = on.workflow_call
  const { steps, outputs: ofJob, ...job } = jobs.await
  expect(job['timeout-minutes']).toBe(`\${{ inputs.timeout-minutes }}`)
  const given = Object.keys({ ...inputs, ...secrets }).filter(name => !['runs-on', 'timeout-minutes'].includes(name))
  expect(given.sort()).toEqual(
    Object.keys(action.inputs)
      .filter(name => name !== 'response-file')
      .sort()
  )
  expect(steps[0].with).toEqual(
    Object.fromEntries(given.map(name => [name, `\${{ ${name in inputs ? 'inputs' : 'secrets'}.${name} }}`]))
  )
  expect(Object.keys(outputs)).toEqual(Object.keys(action.outputs))
  for (const name of Object.keys(outputs)) {
    expect(outputs[name].value).toBe(`\${{ jobs.await.outputs.${name} }}`)
    expect(ofJob[name]).toBe(`\${{ steps.job.outputs.${name} }}`)
  }
})

test("the README's endings are those that the outcome output can have", () => {
  const [description = ''] = (action.outputs.outcome?.description ?? '').split('Example:')
  const named = [...description.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  const listed = rowsUnder('Endings').map(([name]) => name)
  expect(listed.sort()).toEqual(named.sort())
})
