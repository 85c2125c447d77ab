import type { Operation } from './api.ts'
import { approval } from './ontap-approval.ts'
import { clusterUpdate } from './ontap-cluster-update.ts'
import { softwareDownload } from './ontap-download.ts'
import { snapmirror } from './ontap-snapmirror.ts'
import { volumeMove } from './ontap-volume-move.ts'

/**
 * What ONTAP's jobs and calls only start, by the OpenAPI document of 9.19.1: the client is to ask for the state of the
 * resource. A word that is not in the table of an operation is unknown, and never guessed at.
 */
export const ONTAP_OPERATIONS: readonly Operation[] = [
  volumeMove,
  snapmirror,
  clusterUpdate,
  softwareDownload,
  approval
]
