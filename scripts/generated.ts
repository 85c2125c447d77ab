import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { withExamples } from './shown-examples.ts'

interface Input {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

/** Where generated parts may be: every document, and the reusable workflow. */
export const GENERATED_IN = ['*.md', 'docs/**/*.md', '.github/**/*.md', '.github/workflows/await-job.yml']

/** A generated part of a file: what is between two comments, of Markdown or YAML, that name it. */
const PART = /^(.*[^/]generated: (.+?)(?: -->)?\n)[\s\S]*?(?=^.*\/generated: \2)/gm
/** The comments in `action.yml` that head a group of inputs. */
const HEADING = /^ {2}# (.+)\n/m
/** What ends the description of an output. */
const EXAMPLE = '. Example: '

/** The inputs that are secrets of the reusable workflow. */
const SECRETS = ['username', 'password', 'token', 'client-id', 'client-secret', 'client-certificate', 'client-key']
/** The inputs that it does not have: no file of its caller's is in its job. */
const LOCAL = ['response-file']

const text = readFileSync('action.yml', 'utf8')
const [, ...headed] = text.slice(text.indexOf('\ninputs:'), text.indexOf('\noutputs:')).split(HEADING)
const groups = headed.flatMap((heading, index) =>
  index % 2 === 0 ? [[heading, Object.entries(parse(headed[index + 1] ?? '') as Record<string, Input>)] as const] : []
)
const outputs = Object.entries(parse(text).outputs as Record<string, Input>).map(
  ([name, { description }]) => [name, ...description.split(EXAMPLE)] as const
)
const inputs = groups.flatMap(([, group]) => group.filter(([name]) => !LOCAL.includes(name)))
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

/** What `npm run docs` writes from `action.yml`, by the names of the parts. */
export const GENERATED: ReadonlyMap<string, string> = new Map([
  ...groups.map(([heading, group]) => [heading, table(['input', 'default', 'meaning'], group.map(inputRow))] as const),
  [
    'outputs',
    table(
      ['output', 'meaning', 'example'],
      outputs.map(([name, ...cells]) => [`\`${name}\``, ...cells])
    )
  ],
  ['inputs of the workflow', lines(6, inputs.filter(([name]) => !SECRETS.includes(name)).flatMap(workflowInput))],
  ['secrets of the workflow', lines(6, inputs.filter(([name]) => SECRETS.includes(name)).flatMap(workflowSecret))],
  ['outputs of the workflow', lines(6, outputs.flatMap(workflowOutput))],
  [
    'outputs of the job',
    lines(
      6,
      outputs.map(([name]) => `${name}: \${{ steps.job.outputs.${name} }}`)
    )
  ],
  ['action', lines(8, [`uses: await-job/await-job@v${version}`, 'with:', ...inputs.map(passedOn)])]
])

/** The text with its generated parts and its examples as they should be now. Throws for a name that is unknown. */
export function renewed(text: string): string {
  return withExamples(text).replaceAll(PART, (_, opening: string, name: string) => {
    const part = GENERATED.get(name)
    if (part === undefined) throw new Error(`nothing is generated under the name "${name}"`)
    return opening + part
  })
}

function inputRow([name, { required, default: value, description }]: [string, Input]): string[] {
  const shown = value === undefined ? '' : `\`${value}\``
  return [`\`${name}\``, required ? 'required' : shown, description]
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map(cell => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `)).join('|')}|\n`
  return `\n${line(columns)}|${'---|'.repeat(columns.length)}\n${rows.map(line).join('')}\n`
}

/** Descriptions are quoted: a text in double quotes is the same in YAML as in JSON. */
function workflowInput([name, { description, required }]: [string, Input]): string[] {
  const lines = [`${name}:`, `  description: ${JSON.stringify(description)}`, '  type: string']
  return required ? [...lines, '  required: true'] : lines
}

function workflowSecret([name, { description }]: [string, Input]): string[] {
  return [`${name}:`, `  description: ${JSON.stringify(description)}`, '  required: false']
}

function workflowOutput([name, description]: readonly [string, ...string[]]): string[] {
  return [`${name}:`, `  description: ${JSON.stringify(description)}`, `  value: \${{ jobs.await.outputs.${name} }}`]
}

function passedOn([name]: [string, Input]): string {
  return `  ${name}: \${{ ${SECRETS.includes(name) ? 'secrets' : 'inputs'}.${name} }}`
}

function lines(indent: number, entries: readonly string[]): string {
  return entries.map(entry => `${' '.repeat(indent)}${entry}\n`).join('')
}
