import { asText } from './json.ts'
import { type Meanings, meaningIn, operationOn } from './ontap-resource.ts'

const DOWNLOAD: Meanings = { not_started: 'queued', running: 'working', success: 'NORMAL', failure: 'ERROR' }

/** The download of a package. */
export const softwareDownload = operationOn({
  name: 'software-download',
  title: 'software download',
  path: '/cluster/software/download',
  fields: '*',
  read: body => {
    const state = asText(body.state)
    const meaning = meaningIn(state, DOWNLOAD)
    const code = meaning === 'ERROR' ? asText(body.code) : ''
    return state === '' ? null : { state, meaning, message: asText(body.message), errorCode: code === '0' ? '' : code }
  }
})
