/** Checks `action.yml` and every workflow, the examples included. */
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { actionProblems, workflowProblems } from './workflow-problems.ts'

const files = await Array.fromAsync(glob(['.github/workflows/*.yml', 'docs/examples/**/*.yml']))
const problems = (await actionProblems()).map(({ line, message }) => `action.yml:${line}: ${message}`)
for (const file of files) {
  const found = await workflowProblems(readFileSync(file, 'utf8'), file)
  problems.push(...found.map(({ line, message }) => `${file}:${line}: ${message}`))
}
for (const problem of problems) console.error(problem)
console.log(`${files.length} workflows and action.yml checked, ${problems.length} problems`)
process.exit(problems.length > 0 || files.length === 0 ? 1 : 0)
