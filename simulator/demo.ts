import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs, styleText } from 'node:util'
import { asWorkflowStep, type DemoStep, demoSteps } from './demo-steps.ts'
import type { ReceivedRequest } from './options.ts'
import { runAction, type StepResult } from './runner.ts'
import { createRunnerLog } from './runner-log.ts'
import { startServers } from './servers.ts'
import { summaryPage } from './summary-page.ts'

/** What a workflow uses most; the others are shown with `--verbose`. */
const OUTPUTS = ['outcome', 'message', 'result']
const FOLDER = fileURLToPath(new URL('../preview/', import.meta.url))

const { values: choice } = parseArgs({ options: { verbose: { type: 'boolean', default: false } } })
const { verbose } = choice
const servers = await startServers(verbose ? { onRequest: printRequest } : {})
const summaries: { title: string; summary: string }[] = []
try {
  print('Await Job runs three steps against simulated servers, as GitHub would: about half a minute.')
  for (const [index, make] of demoSteps(servers).entries()) {
    const step = await make()
    const title = `${index + 1}. ${step.title}`
    const { exitCode, summary } = await runStep(title, step)
    summaries.push({ title, summary })
    if ((exitCode === 0) !== step.passes) process.exitCode = 1
  }
  print(await epilogue())
} finally {
  await servers.close()
}

async function runStep(title: string, { inputs }: DemoStep): Promise<StepResult> {
  print(`\n${styleText('bold', title)}\n\n${indented(styleText('gray', asWorkflowStep(inputs)))}\n`)
  const log = createRunnerLog({ verbose })
  const result = await runAction(inputs, { onLog: text => process.stdout.write(indented(log.write(text))) })
  const { exitCode, outputs } = result
  const verdict = exitCode === 0 ? styleText('green', '✔ The step passes') : styleText('red', '✖ The step fails')
  const why = log.errors.length > 0 ? `: ${log.errors.join(', ')}` : ''
  print(`\n${indented(`${verdict}${why}`)}\n`)
  const names = verbose ? Object.keys(outputs) : OUTPUTS
  for (const name of names) print(indented(`${styleText('gray', `outputs.${name}:`)} ${outputs[name]}`))
  return result
}

async function epilogue(): Promise<string> {
  const file = `${FOLDER}demo.html`
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(file, await summaryPage('The job summaries of npm start', summaries))
  return `
The job summaries, as GitHub shows them: ${pathToFileURL(file)}

What to try next:

  npm start -- --verbose    the same with every request, debug line and output
  npm run simulator         keeps these servers running, for calls of your own
  docs/examples/README.md   complete workflows
  docs/recipes.md           what they do, and how to run yours against the simulator`
}

function printRequest({ method, path, status, heldMs }: ReceivedRequest): void {
  print(styleText('gray', `    > ${method} ${path} ${status} ${Math.round(heldMs)} ms`))
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
