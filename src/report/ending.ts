import type { Server } from '../http/server.ts'
import type { Printer } from '../runner/toolkit.ts'
import { annotationOf } from './annotation.ts'
import { asYaml, goingOn } from './going-on.ts'
import type { Conclusion } from './outcome.ts'
import { messageOf, titleOf } from './wording.ts'

/** Prints how the wait ended: a line where every job succeeded, else the step's one annotation. */
export function printEnding(conclusion: Conclusion, server: Server, printer: Printer): void {
  const { awaited, level } = conclusion
  if (level === 'info') printer.info(messageOf(conclusion))
  else printer[level](annotationOf(conclusion, server), { title: titleOf(conclusion) })
  const inputs = goingOn(awaited, server)
  if (inputs === null) return
  printer.startGroup('The inputs with which a later step or run goes on waiting, beside the credentials')
  for (const line of asYaml(inputs).split('\n')) printer.info(`  ${line}`)
  printer.endGroup()
}
