/**
 * `npm run set-owner -- owner/repo` puts the repository's name in place of the one that package.json has, in every file that git
 * knows. With `--check`, fails unless package.json has that name and the placeholder is nowhere.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** Not written as one word, so that it is not replaced here. */
const PLACEHOLDER = ['await-job', 'await-job'].join('/')

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } })
const [name = ''] = positionals
if (!/^[\w-]+\/[\w.-]+$/.test(name)) throw new Error(`"${name}" is not a repository: give it as owner/repo`)

const { repository } = JSON.parse(readFileSync('package.json', 'utf8')) as { repository: string }
const current = repository.replace('github:', '')
const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean)
const filesWith = (text: string): string[] => files.filter(file => readFileSync(file, 'utf8').includes(text))
const teamsOf = (repository: string): string => `@${repository.split('/')[0]}/`

if (values.check) {
  const left = name === PLACEHOLDER ? [] : [PLACEHOLDER, teamsOf(PLACEHOLDER)].flatMap(filesWith)
  const problems = left.map(file => `${file} still has ${PLACEHOLDER}`)
  if (current !== name) problems.push(`package.json has ${current}, not ${name}`)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) {
    console.error(`Run "npm run set-owner -- ${name}" and "npm run build", and commit the changes`)
    process.exit(1)
  }
} else {
  const found = new Set([current, teamsOf(current)].flatMap(filesWith))
  for (const file of found) {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replaceAll(current, name).replaceAll(teamsOf(current), teamsOf(name)))
  }
  console.log(`${name} is now in ${found.size} files. Run "npm run build" and "npm run check", and commit the changes`)
}
