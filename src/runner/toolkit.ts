import * as toolkit from '@actions/core'
import { redactOutput } from './outputs.ts'
import { createRedact, type Redact } from './redact.ts'

/** Everything that leaves the step goes through here, and no secret with it. */

/** Where lines go: this file, or what replaces it in tests. */
export interface Printer {
  readonly debug: (line: string) => void
  readonly info: (line: string) => void
  /** Annotations: text of several lines, with a title. */
  readonly notice: (text: string, properties?: { readonly title?: string }) => void
  readonly warning: (text: string, properties?: { readonly title?: string }) => void
  readonly error: (text: string, properties?: { readonly title?: string }) => void
  readonly startGroup: (name: string) => void
  readonly endGroup: () => void
}

export const getInput = (name: string): string => toolkit.getInput(name)

/** Makes a text safe to show; for what is written to the runner without the functions below. */
export let redact: Redact = text => createRedact(allGiven())(text)

let known: readonly string[] = []

/** From here on, these secrets too are redacted here and masked by the runner. */
export function protect(secrets: readonly string[]): void {
  known = [...known, ...secrets]
  redact = createRedact(known)
  for (const form of new Set(secrets.filter(Boolean).flatMap(maskForms))) toolkit.setSecret(form)
}

/** Before it is known which inputs are secret, all of them are, and each part of a header or of a proxy's address. */
function allGiven(): string[] {
  const given = Object.entries(process.env).filter(([name]) => /^INPUT_|_proxy$/i.test(name))
  const parts = given.flatMap(([, value = '']) => [value, ...value.split(/[\s:/@]+/)])
  return parts.filter(part => !/^https?$/.test(part))
}

/** The forms in which the runner masks a secret: as it is, percent-encoded, and in Base64. */
function maskForms(secret: string): string[] {
  return [secret, encodeURIComponent(secret.toWellFormed()), Buffer.from(secret).toString('base64')]
}

export const debug = (text: string): void => toolkit.debug(redact(text))
export const info = (text: string): void => toolkit.info(redact(text))
export const notice = (text: string, properties?: toolkit.AnnotationProperties): void =>
  toolkit.notice(redact(text), properties)
export const warning = (text: string, properties?: toolkit.AnnotationProperties): void =>
  toolkit.warning(redact(text), properties)
export const error = (text: string, properties?: toolkit.AnnotationProperties): void =>
  toolkit.error(redact(text), properties)
export const startGroup = (name: string): void => toolkit.startGroup(redact(name))
export const endGroup = (): void => toolkit.endGroup()

/** An output's value, safe to write. `states`: those of the jobs that their API is known to use. */
export const redactedOutput = (name: string, value: string, states: readonly string[]): string =>
  redactOutput(name, value, states, redact)
