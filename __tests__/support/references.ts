import type { Found } from '../../src/jobs/found.ts'

export const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
export const UUID = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
export const CLUSTER = '1cd8a442-86d1-11e0-ae1c-123478563412'

export const UM_JOB = `unified-manager /api ${KEY}`
export const ONTAP_JOB = `ontap /api ${UUID}`
export const GATEWAY_JOB = `ontap /api/gateways/${CLUSTER} ${UUID}`

/** The jobs that were found, each as its API, root and key. */
export function reported({ references }: Found): string[] {
  return references.map(({ api, root, key }) => `${api.name} ${root} ${key}`)
}
