import type { Api } from './api.ts'
import { netappBackup } from './netapp-backup.ts'
import { netappConsole } from './netapp-console.ts'
import { ontap } from './ontap.ts'
import { ontapSelect } from './ontap-select.ts'
import { unifiedManager } from './unified-manager.ts'

/** Every API that the action speaks, in the order in which links, bodies and keys are matched. */
export const APIS: readonly Api[] = [unifiedManager, ontap, ontapSelect, netappConsole, netappBackup]

/** The API that the `api` input names. */
export function apiNamed(name: string): Api | undefined {
  return APIS.find(api => api.name === name)
}
