import type { Servers } from './servers.ts'

/** A step of the demo. */
export interface DemoStep {
  title: string
  /** The inputs that the action is run with. */
  inputs: Readonly<Record<string, string>>
  /** Whether it passes. */
  passes: boolean
}

const VOLUME = '4ea7a442-86d1-11e0-ae1c-123478563412'
const VOLUMES = ['vol_01', 'vol_02', 'vol_03', 'vol_04']
const FAILING = 'vol_03'

/** The steps, each made when its turn comes. How long things take there is told to the simulator with `simulate`. */
export function demoSteps(servers: Servers): readonly (() => Promise<DemoStep>)[] {
  const { 'unified-manager': manager, ontap } = servers

  async function provisionLun(): Promise<DemoStep> {
    const inputs = {
      url: manager.url,
      request: 'POST /storage-provider/luns',
      'request-body': JSON.stringify({ name: 'lun1', simulate: { seconds: 4 } })
    }
    return { title: 'Provision a LUN, and wait for its job (Unified Manager)', inputs, passes: true }
  }

  async function createVolumes(): Promise<DemoStep> {
    const lines: string[] = []
    for (const [index, name] of VOLUMES.entries()) {
      const simulate = { seconds: 3 + index, ending: name === FAILING ? 'failure' : 'success' }
      const body = JSON.stringify({ name, svm: { name: 'svm1' }, simulate })
      const response = await fetch(`${ontap.url}/api/storage/volumes`, { method: 'POST', body })
      const { job } = (await response.json()) as { job: { uuid: string } }
      lines.push(`${name} = ${job.uuid}`)
    }
    const inputs = { url: ontap.url, 'job-key': lines.join('\n') }
    return { title: 'Wait for four volumes together, of which one cannot be created (ONTAP)', inputs, passes: false }
  }

  async function moveVolume(): Promise<DemoStep> {
    const movement = { destination_aggregate: { name: 'aggr2' } }
    const inputs = {
      url: ontap.url,
      request: `PATCH /storage/volumes/${VOLUME}`,
      'request-body': JSON.stringify({ movement, simulate: { seconds: 8 } }),
      until: 'volume-move'
    }
    return {
      title: 'Move a volume, and wait until it has moved: its job ends long before (ONTAP)',
      inputs,
      passes: true
    }
  }

  return [provisionLun, createVolumes, moveVolume]
}

/** The step as a workflow has it, without what only the simulator knows. */
export function asWorkflowStep(inputs: DemoStep['inputs']): string {
  const lines = Object.entries(inputs).flatMap(([name, value]) => {
    const shown = name === 'request-body' ? withoutWish(value) : value
    if (shown.includes('\n')) return [`    ${name}: |`, ...shown.split('\n').map(line => `      ${line}`)]
    return [`    ${name}: ${shown.startsWith('{') ? `'${shown}'` : shown}`]
  })
  return ['- uses: await-job/await-job@v1', '  with:', ...lines].join('\n')
}

function withoutWish(body: string): string {
  const { simulate, ...rest } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(rest)
}
