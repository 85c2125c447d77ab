/**
 * Runs the examples, and the part of `ci.yml` that uses the action, by a real runner: `act` (https://nektosact.com) in host
 * mode, against the simulator. The files run as they stand, but for the lines that a scenario says it replaces.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createIdentity } from '../__tests__/support/x509.ts'
import { startServers } from '../simulator/servers.ts'
import { type Scenario, SPEED, scenarios, urlsOf } from './act-scenarios.ts'

/** An action that does nothing, for those that would have to be fetched: the tools that they install are there already. */
const NOTHING = 'name: nothing\nruns: { using: composite, steps: [{ run: "true", shell: bash }] }\n'
const COMMITTER = ['-c', 'user.name=act', '-c', 'user.email=act@example.com']
const LOGIN = { username: 'user', password: 'sim-secret' }
/** Real seconds for one scenario. */
const LIMIT = 120

const { values: choice } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const folder = mkdtempSync(join(tmpdir(), 'await-job-act-'))
let requests: string[] = []
const servers = await startServers({
  speed: SPEED,
  credentials: LOGIN,
  onRequest: ({ method, path }) => requests.push(`${method} ${path}`)
})
const authority = createIdentity('A private CA', { authority: true })
const secured = await startServers({
  speed: SPEED,
  credentials: LOGIN,
  tls: createIdentity('127.0.0.1', { hosts: ['127.0.0.1'], issuer: authority })
})
/** The action fetches the tokens for these, which expire within the wait. */
const cloud = await startServers({ speed: SPEED, tokens: { lifetime: 2, clientSecret: LOGIN.password } })
try {
  if (spawnSync('act', ['--version']).status !== 0) {
    throw new Error('act is not installed: "go install github.com/nektos/act@v0.2.89", and have it on the PATH')
  }
  prepare()
  let failed = 0
  const chosen = scenarios(servers, { ...urlsOf(secured), authority: authority.cert }, cloud).filter(
    ({ workflow, title }) => `${workflow} ${title}`.includes(choice.only)
  )
  for (const scenario of chosen) {
    const problem = await play(scenario)
    console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${scenario.workflow}: ${scenario.title}`)
    if (problem === undefined) continue
    failed += 1
    console.log(problem.replace(/^/gm, '       '))
  }
  console.log(`${chosen.length} scenarios run by act, ${failed} failed`)
  process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await Promise.all([servers, secured, cloud].map(server => server.close()))
  rmSync(folder, { recursive: true, force: true })
}

async function play(scenario: Scenario): Promise<string | undefined> {
  const { workflow, inputs, variables, replace = [], passes, shows = [], hides = [], also } = scenario
  const file = join(folder, 'repository', '.github', 'workflows', workflow)
  const text = readFileSync(file, 'utf8')
  const absent = replace.find(([original]) => !text.includes(original))
  if (absent !== undefined) return `the workflow does not contain ${absent[0]}, which is to be replaced`
  const replaced = replace.reduce((changed, [original, other]) => changed.replaceAll(original, other), text)
  requests = []
  const calls = join(folder, 'github-calls')
  rmSync(calls, { force: true })
  try {
    writeFileSync(file, replaced)
    const { log, passed } = await act(workflow, inputs?.() ?? {}, variables ?? {})
    const githubCalls = existsSync(calls) ? readFileSync(calls, 'utf8') : ''
    const problems = [
      ...(passed === passes ? [] : [`the workflow ${passed ? 'passed' : 'failed'}`]),
      ...shows.filter(words => !log.includes(words)).map(words => `the log does not show "${words}"`),
      ...hides.filter(words => log.includes(words)).map(words => `the log shows "${words}"`),
      ...[also?.({ log, githubCalls, requests })].filter(problem => problem !== undefined)
    ]
    return problems.length === 0 ? undefined : [...problems, '', log.trimEnd()].join('\n')
  } finally {
    writeFileSync(file, text)
  }
}

/** Two folders: the repository that act finds the workflows in, and the action as a runner would fetch it. */
function prepare(): void {
  const repository = join(folder, 'repository')
  const workflows = join(repository, '.github', 'workflows')
  const action = join(folder, 'action')
  for (const name of ['action.yml', 'dist', '.github/workflows/await-job.yml']) copy(name, action)
  for (const name of ['action.yml', 'dist', 'simulator', '.node-version', '.github/workflows/ci.yml']) {
    copy(name, repository)
  }
  for (const name of readdirSync('docs/examples')) cpSync(join('docs/examples', name), join(workflows, name))
  for (const name of ['cache', 'bin', 'nothing']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'nothing', 'action.yml'), NOTHING)
  const calls = join(folder, 'github-calls')
  // act itself asks the GitHub CLI for a token.
  writeFileSync(join(folder, 'bin', 'gh'), `#!/bin/sh\n[ "$1" = auth ] || echo "$@" >> '${calls}'\n`, { mode: 0o755 })
  for (const args of [
    ['init', '--quiet'],
    ['add', '.'],
    [...COMMITTER, 'commit', '--quiet', '--message', 'The examples']
  ]) {
    const { status, stderr } = spawnSync('git', args, { cwd: repository, encoding: 'utf8' })
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
}

function copy(name: string, to: string): void {
  mkdirSync(dirname(join(to, name)), { recursive: true })
  cpSync(name, join(to, name), { recursive: true })
}

async function act(
  workflow: string,
  inputs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>
): Promise<{ log: string; passed: boolean }> {
  const vars = { ...urlsOf(servers), VOLUME_UUID: randomUUID(), ...variables }
  const secrets = Object.fromEntries(
    ['UM', 'ONTAP', 'SELECT'].flatMap(name => [
      [`${name}_USERNAME`, LOGIN.username],
      [`${name}_PASSWORD`, LOGIN.password]
    ])
  )
  const ci = workflow === 'ci.yml'
  const args = [
    ci ? 'push' : 'workflow_dispatch',
    ...['--workflows', join('.github', 'workflows', workflow)],
    ...(ci ? ['--job', 'action', '--matrix', 'os:ubuntu-latest'] : []),
    ...['self-hosted', 'ubuntu-latest'].flatMap(label => ['--platform', `${label}=-self-hosted`]),
    ...['v1', `v${version}`].flatMap(tag => [
      '--local-repository',
      `await-job/await-job@${tag}=${join(folder, 'action')}`
    ]),
    ...usedBy(workflow).flatMap(uses => ['--local-repository', `${uses}=${join(folder, 'nothing')}`]),
    ...pairs('--var', vars),
    ...pairs('--secret', { ...secrets, CLUSTER_PASSWORD: 'another-secret', CONSOLE_CLIENT_SECRET: LOGIN.password }),
    ...pairs('--input', inputs)
  ]
  const env = {
    ...process.env,
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    XDG_CACHE_HOME: join(folder, 'cache')
  }
  return new Promise((resolve, reject) => {
    const runner = spawn('act', args, { cwd: join(folder, 'repository'), env, timeout: LIMIT * 1_000 })
    let log = ''
    for (const stream of [runner.stdout, runner.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    }
    runner.on('error', reject).on('close', status => resolve({ log, passed: status === 0 }))
  })
}

/** The pinned actions that a workflow uses, but for the checkout, which act does by itself. */
function usedBy(workflow: string): string[] {
  const text = readFileSync(join(folder, 'repository', '.github', 'workflows', workflow), 'utf8')
  const used = [...text.matchAll(/uses: (\S+@[0-9a-f]{40})/g)].map(([, uses = '']) => uses)
  return [...new Set(used)].filter(uses => !uses.startsWith('actions/checkout@'))
}

function pairs(option: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`])
}
