import * as core from '@actions/core'
import type { Redact } from './redact.ts'

/** Where everything goes that a person reads. */
export interface Printer {
  readonly debug: (text: string) => void
  readonly info: (text: string) => void
  readonly warning: (text: string, options?: core.AnnotationProperties) => void
  readonly error: (text: string, options?: core.AnnotationProperties) => void
}

/** Prints to the step's log, with all secrets redacted. */
export function createPrinter(redact: Redact): Printer {
  return {
    debug: text => core.debug(redact(text)),
    info: text => core.info(redact(text)),
    warning: (text, options) => core.warning(redact(text), options),
    error: (text, options) => core.error(redact(text), options)
  }
}
