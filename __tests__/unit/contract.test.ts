import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { INPUTS } from '../../src/inputs/settings.ts'
import { OUTPUTS } from '../../src/report/outputs.ts'

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

test("the README's tables list every input with its default", () => {
  const listed = rowsUnder('Inputs').map(([name, given]) => `${name} ${given?.replaceAll('`', '')}`)
  const declared = Object.entries(action.inputs).map(
    ([name, input]) => `${name} ${input.required ? 'required' : (input.default ?? '')}`
  )
  expect(listed.sort()).toEqual(declared.sort())
})

test("the README's table lists every output", () => {
  const listed = rowsUnder('Outputs').map(([name]) => name)
  expect(listed.sort()).toEqual(Object.keys(action.outputs).sort())
})

test('the reusable workflow hands on every input but a file, and every output that it has', () => {
  const workflow = parse(readFileSync('.github/workflows/await-job.yml', 'utf8'))
  const { inputs, secrets, outputs } = workflow.on.workflow_call
  const given = [...Object.keys(inputs).filter(name => name !== 'runs-on'), ...Object.keys(secrets)]
  expect(given.sort()).toEqual(
    Object.keys(action.inputs)
      .filter(name => name !== 'response-file')
      .sort()
  )
  const { steps, outputs: ofJob } = workflow.jobs.await
  expect(steps[0].with).toEqual(
    Object.fromEntries(given.map(name => [name, `\${{ ${name in inputs ? 'inputs' : 'secrets'}.${name} }}`]))
  )
  for (const name of Object.keys(outputs)) {
    expect(outputs[name].value).toBe(`\${{ jobs.await.outputs.${name} }}`)
    expect(ofJob[name]).toBe(`\${{ steps.job.outputs.${name} }}`)
    expect(Object.keys(action.outputs)).toContain(name)
  }
})

test("the README's endings are those that the outcome output can have", () => {
  const named = [...(action.outputs.outcome?.description ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  const listed = rowsUnder('Endings').map(([name]) => name)
  expect(listed.sort()).toEqual(named.sort())
})
