import type { CancelOn } from '../jobs/endings.ts'
import { VERDICTS, type Verdict } from '../jobs/job.ts'
import { asWord } from '../jobs/json.ts'
import type { Inputs } from './inputs.ts'

const CANCEL_JOB: Readonly<Record<string, readonly CancelOn[]>> = {
  never: [],
  'on-cancel': ['cancelled'],
  'on-timeout': ['timeout'],
  always: ['cancelled', 'timeout']
}

/** After which endings the server is asked to cancel the job. */
export function readCancelOn({ value, fault }: Inputs): readonly CancelOn[] {
  const given = value('cancel-job').toLowerCase()
  const chosen = Object.hasOwn(CANCEL_JOB, given) ? CANCEL_JOB[given] : undefined
  const known = Object.keys(CANCEL_JOB).join(', ')
  return chosen ?? fault('cancel-job', `${JSON.stringify(given)} is not a valid choice: use one of ${known}`) ?? []
}

/** The verdicts that fail the step. */
export function readFailOn({ value, fault }: Inputs): ReadonlySet<Verdict> {
  const words = value('fail-on')
    .split(/[,\n]/)
    .map(word => word.trim())
    .filter(Boolean)
  const failing = VERDICTS.filter(verdict => verdict !== 'NORMAL')
  const chosen = failing.filter(verdict => words.some(word => asWord(word) === asWord(verdict)))
  const none = words.some(word => asWord(word) === 'none')
  const unknown = words.filter(
    word => asWord(word) !== 'none' && !failing.some(known => asWord(known) === asWord(word))
  )
  if (unknown.length > 0) {
    fault('fail-on', `${unknown.join(', ')}: no such verdict: use any of ${failing.join(', ')}, or NONE alone`)
  } else if (none && chosen.length > 0) {
    fault('fail-on', `NONE cannot be combined with ${chosen.join(', ')}: use it alone`)
  }
  return new Set(chosen)
}
