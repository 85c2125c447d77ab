import type { Hold } from './api.ts'

/** The query of a long poll as ONTAP Select Deploy documents it; '' for a plain question. */
export function pollQuery(hold: Hold | null): string {
  if (hold === null) return ''
  const since = hold.lastModified === null ? '' : `&last_modified=${encodeURIComponent(`>=${hold.lastModified}`)}`
  return `poll_timeout=${hold.seconds}${since}`
}
