/**
 * Checks the documents: links lead somewhere, examples in YAML are what GitHub takes, every document is linked from
 * another, generated parts are up to date, and `docs/troubleshooting.md` has every message of the source and no other.
 */
import { existsSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { parseDocument } from 'yaml'
import { GENERATED_IN, renewed } from './generated.ts'
import { anchors, codeBlocks, codeSpans, links, tablesWithoutHead } from './markdown.ts'
import { fixedWords, messagesIn } from './messages.ts'
import { shownExamples } from './shown-examples.ts'
import { type WorkflowProblem, workflowProblems } from './workflow-problems.ts'

/** In words: short pieces of the source may be the middle of what the document cites. */
const SHORT_MESSAGE = 2
/** What makes a workflow of a list of steps. */
const STEPS_BEGIN = 'on: workflow_dispatch\njobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:\n'
/** The frame of the job summary, and lists of words: nothing there that a person would look for. */
const WITHOUT_MESSAGES = /\b(summary(-jobs)?|chart|gantt|html|redact)\.ts$/
const TROUBLESHOOTING = join('docs', 'troubleshooting.md')

const files = (await Array.fromAsync(glob(['*.md', 'docs/**/*.md', '.github/**/*.md']))).sort()
const texts = new Map(files.map(file => [file, readFileSync(file, 'utf8')]))
const examples = await Array.fromAsync(glob('docs/examples/**/*.yml'))
const problems: string[] = []
const linked = new Set<string>()

for (const [file, text] of texts) {
  for (const { target, line } of links(text)) checkLink(file, target, line)
  for (const name of shownExamples(text)) linked.add(join('docs', 'examples', name))
  for (const line of tablesWithoutHead(text)) problems.push(`${file}:${line}: a table without a header`)
  for (const { language, text: yaml, line } of codeBlocks(text)) {
    if (language !== 'yaml') continue
    const found = await yamlProblems(yaml, `${file}-${line}.yml`)
    problems.push(...found.map(problem => `${file}:${line + problem.line}: ${problem.message}`))
  }
}
for (const file of [...files.filter(file => file.startsWith('docs')), ...examples]) {
  if (!linked.has(file)) problems.push(`${file}: no document links to it`)
}
for (const file of await Array.fromAsync(glob(GENERATED_IN))) {
  const text = readFileSync(file, 'utf8')
  if (renewed(text) !== text) problems.push(`${file}: is not what "npm run docs" writes: run it, and commit the change`)
}
await checkTroubleshooting()

for (const problem of problems) console.error(problem)
console.log(`${files.length} documents checked, ${problems.length} problems`)
process.exit(problems.length > 0 ? 1 : 0)

function checkLink(file: string, target: string, line: number): void {
  if (/^[a-z]+:/.test(target)) return
  const [path = '', anchor] = target.split('#')
  const to = path === '' ? file : normalize(join(dirname(file), path))
  linked.add(relative('.', to))
  if (!existsSync(to)) problems.push(`${file}:${line}: there is no ${target}`)
  else if (anchor !== undefined && texts.has(to) && !anchors(texts.get(to) ?? '').has(anchor)) {
    problems.push(`${file}:${line}: ${to} has no heading #${anchor}`)
  }
}

/** Whole workflows and lists of steps are checked as GitHub would; anything else has to be YAML. */
async function yamlProblems(yaml: string, name: string): Promise<WorkflowProblem[]> {
  const document = parseDocument(yaml)
  const [error] = document.errors
  if (error !== undefined)
    return [{ line: error.linePos?.[0].line ?? 1, message: error.message.replace(/\n[\s\S]*/, '') }]
  const value: unknown = document.toJS()
  const isStep = (entry: unknown) => typeof entry === 'object' && entry !== null && ('uses' in entry || 'run' in entry)
  if (Array.isArray(value) && value.every(isStep)) {
    const found = await workflowProblems(STEPS_BEGIN + yaml.replace(/^(?=.)/gm, '      '), name)
    return found.map(({ line, message }) => ({ line: line - STEPS_BEGIN.split('\n').length + 1, message }))
  }
  return typeof value === 'object' && value !== null && 'jobs' in value ? workflowProblems(yaml, name) : []
}

async function checkTroubleshooting(): Promise<void> {
  const text = texts.get(TROUBLESHOOTING) ?? ''
  const documented = codeSpans(text).flatMap(span => fixedWords(span))
  const sources = (await Array.fromAsync(glob('src/**/*.ts'))).filter(source => !WITHOUT_MESSAGES.test(source))
  const said: string[] = []
  for (const source of sources) {
    const code = readFileSync(source, 'utf8')
    said.push(...messagesIn(code, SHORT_MESSAGE))
    for (const message of messagesIn(code)) {
      if (!documented.some(words => words.includes(message))) {
        problems.push(`${TROUBLESHOOTING}: lacks "${message}" (${source})`)
      }
    }
  }
  const messageColumn = [...text.matchAll(/^\| (`.+?`+) \|/gm)].flatMap(([, cell = '']) => codeSpans(cell))
  for (const message of messageColumn.filter((span, index) => messageColumn.indexOf(span) < index)) {
    problems.push(`${TROUBLESHOOTING}: has "${message}" twice`)
  }
  for (const words of messageColumn.flatMap(span => fixedWords(span))) {
    if (!said.some(message => message.includes(words) || words.includes(message))) {
      problems.push(`${TROUBLESHOOTING}: "${words}" is nothing that the action says`)
    }
  }
}
