import { readFileSync } from 'node:fs'
import { type Input, type Output, readInputs, readOutputs } from './action.ts'
import { withExamples } from './shown-examples.ts'

/** Where generated parts may be: every document, and the reusable workflow. */
export const GENERATED_IN = ['*.md', 'docs/**/*.md', '.github/**/*.md', '.github/workflows/await-job.yml']

/** A generated part of a file: what is between two comments, of Markdown or YAML, that name it. */
const PART = /^(.*[^/]generated: (.+?)(?: -->)?\n)[\s\S]*?(?=^.*\/generated: \2)/gm

/** The inputs that are secrets of the reusable workflow. */
const SECRETS = ['username', 'password', 'token', 'client-id', 'client-secret', 'client-certificate', 'client-key']
/** The inputs that it does not have: no file of its caller's is in its job. */
const LOCAL = ['response-file']

const groups = readInputs()
const outputs = readOutputs()
const given = [...groups.values()].flat().filter(({ name }) => !LOCAL.includes(name))
const inputs = given.filter(({ name }) => !SECRETS.includes(name))
const secrets = given.filter(({ name }) => SECRETS.includes(name))
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

/** What `npm run docs` writes from `action.yml`, by the names of the parts. */
export const GENERATED: ReadonlyMap<string, string> = new Map([
  ...[...groups].map(([heading, group]) => [heading, inputTable(group)] as const),
  ['outputs', outputTable()],
  ['inputs of the workflow', indented(6, inputs.map(workflowInput))],
  ['secrets of the workflow', indented(6, secrets.map(workflowSecret))],
  ['outputs of the workflow', indented(6, outputs.map(workflowOutput))],
  [
    'outputs of the job',
    indented(
      6,
      outputs.map(({ name }) => `${name}: \${{ steps.job.outputs.${name} }}`)
    )
  ],
  ['action', indented(8, [`uses: await-job/await-job@v${version}`, 'with:', ...given.map(passedOn)])]
])

/** The text with its generated parts and its examples as they should be now. Throws for a name that is unknown. */
export function renewed(text: string): string {
  return withExamples(text).replaceAll(PART, (_, opening: string, name: string) => {
    const part = GENERATED.get(name)
    if (part === undefined) throw new Error(`nothing is generated under the name "${name}"`)
    return opening + part
  })
}

function inputTable(group: readonly Input[]): string {
  const rows = group.map(({ name, required, default: value, description }) => {
    const shown = value === undefined ? '' : `\`${value}\``
    return [`\`${name}\``, required ? 'required' : shown, description]
  })
  return markdownTable(['input', 'default', 'meaning'], rows)
}

function outputTable(): string {
  const rows = outputs.map(({ name, description, example }) => [`\`${name}\``, description, example])
  return markdownTable(['output', 'meaning', 'example'], rows)
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map(cell => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `)).join('|')}|\n`
  return `\n${line(columns)}|${'---|'.repeat(columns.length)}\n${rows.map(line).join('')}\n`
}

function workflowInput({ name, description, required }: Input): string {
  return `${name}:\n  description: ${quoted(description)}\n  type: string${required ? '\n  required: true' : ''}`
}

function workflowSecret({ name, description }: Input): string {
  return `${name}:\n  description: ${quoted(description)}\n  required: false`
}

function workflowOutput({ name, description }: Output): string {
  return `${name}:\n  description: ${quoted(description)}\n  value: \${{ jobs.await.outputs.${name} }}`
}

function passedOn({ name }: Input): string {
  return `  ${name}: \${{ ${SECRETS.includes(name) ? 'secrets' : 'inputs'}.${name} }}`
}

/** As YAML: a text in double quotes is the same there as in JSON. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

function indented(width: number, entries: readonly string[]): string {
  return entries.map(entry => `${entry.replace(/^/gm, ' '.repeat(width))}\n`).join('')
}
