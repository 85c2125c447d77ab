import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Servers } from '../simulator/servers.ts'

/** One run of one workflow, and how it has to end. */
export interface Scenario {
  readonly title: string
  /** A file of `docs/examples/`, or `ci.yml`. */
  readonly workflow: string
  /** Called when the run is about to start: jobs of the simulator that it awaits are made here. */
  readonly inputs?: () => Readonly<Record<string, string>>
  /** Repository variables in addition to those that all scenarios have. */
  readonly variables?: Readonly<Record<string, string>>
  /** Texts of the workflow, and what replaces each for the run. */
  readonly replace?: readonly (readonly [string, string])[]
  readonly passes: boolean
  /** Texts that the log has to show, and texts that it must not. */
  readonly shows?: readonly string[]
  readonly hides?: readonly string[]
  /** What else must hold: a sentence about what does not, or undefined. */
  readonly also?: (run: Run) => string | undefined
}

export interface Run {
  readonly log: string
  /** The arguments of every call of the GitHub CLI, a line each. */
  readonly githubCalls: string
  /** What the simulator received during the run: `GET /api/…`. */
  readonly requests: readonly string[]
}

/** How many times faster than real time the simulator runs. */
export const SPEED = 20

const NO_SPACE = 'enough space'

/** The repository variables that hold the addresses of the servers. */
export interface Urls {
  readonly UM_URL: string
  readonly ONTAP_URL: string
  readonly SELECT_URL: string
}

export function urlsOf(servers: Servers): Urls {
  return {
    UM_URL: servers['unified-manager'].url,
    ONTAP_URL: servers.ontap.url,
    SELECT_URL: servers['ontap-select'].url
  }
}

/** Servers whose certificate comes from a private CA, and that CA's certificate (PEM). */
export interface SecuredServers extends Urls {
  readonly authority: string
}

/** Every example succeeds once, and fails at least once where it can. */
export function scenarios(servers: Servers, secured: SecuredServers, cloud: Servers): Scenario[] {
  const { addJob, endedAt } = servers.ontap
  const { UM_URL, ONTAP_URL } = urlsOf(servers)
  const running = { after: 0, state: 'running' }
  const unifiedManagerJob = (seconds: number, state: string): string =>
    addJob({
      api: 'unified-manager',
      name: 'Create LUN',
      script: [running, { after: seconds * SPEED, state }],
      results: { lunKey: 'the-key-of-a-lun' }
    }).key
  const answerNaming = (key: string): string => JSON.stringify({ job: { key } })
  const noOtherRun = ({ githubCalls }: Run) => (githubCalls === '' ? undefined : `another run: ${githubCalls}`)
  const consoleReplaced = [
    ['https://api.bluexp.netapp.com', cloud['netapp-console'].url],
    ['https://netapp-cloud-account.auth0.com', cloud.oauth.url]
  ] as const
  const east = { name: 'east', url: ONTAP_URL }
  let busy = ''
  return [
    {
      title: 'the workflow that the README begins with',
      workflow: 'quick-start.yml',
      passes: true,
      shows: ['Created {"resource":"/api/storage/volumes/']
    },
    {
      title: 'the key of the LUN is used by the next step',
      workflow: 'provision-lun.yml',
      inputs: () => ({ name: 'lun1' }),
      passes: true,
      shows: ['The LUN is ', ':type=lun,uuid=']
    },
    {
      title: 'a job that fails fails the step, with the reason of the server',
      workflow: 'provision-lun.yml',
      inputs: () => ({ name: 'lun-fail' }),
      passes: false,
      shows: [NO_SPACE],
      hides: ['The LUN is ']
    },
    {
      title: 'a job that fails in parts fails the step',
      workflow: 'provision-lun.yml',
      inputs: () => ({ name: 'lun-partial' }),
      passes: false,
      shows: ['The export policy could not be applied'],
      hides: ['The LUN is ']
    },
    {
      title: 'the call and the wait in one step',
      workflow: 'provision-lun-in-one-step.yml',
      inputs: () => ({ name: 'lun1' }),
      passes: true,
      shows: ['The LUN is ', ':type=lun,uuid=']
    },
    {
      title: 'a job that fails fails the one step',
      workflow: 'provision-lun-in-one-step.yml',
      inputs: () => ({ name: 'lun-fail' }),
      passes: false,
      shows: [NO_SPACE],
      hides: ['The LUN is ']
    },
    {
      title: 'a server with a certificate of a private CA',
      workflow: 'provision-lun-in-one-step.yml',
      inputs: () => ({ name: 'lun1' }),
      variables: { UM_URL: secured.UM_URL, UM_CA: secured.authority },
      passes: true,
      shows: ['The LUN is ', ':type=lun,uuid=']
    },
    {
      title: 'a server with a certificate of an unknown CA',
      workflow: 'provision-lun-in-one-step.yml',
      inputs: () => ({ name: 'lun1' }),
      variables: { UM_URL: secured.UM_URL },
      passes: false,
      shows: ['was issued by an unknown CA'],
      hides: ['The LUN is ']
    },
    {
      title: 'a job that return_timeout sees the end of',
      workflow: 'create-volume.yml',
      inputs: () => ({ name: 'vol1' }),
      passes: true,
      shows: ['The volume is at /api/storage/volumes/']
    },
    {
      title: 'a job that outlasts return_timeout',
      workflow: 'create-volume.yml',
      inputs: () => ({ name: 'vol1' }),
      replace: [['return_timeout=15', 'return_timeout=1']],
      passes: true,
      shows: ['The volume is at /api/storage/volumes/']
    },
    {
      title: 'a volume that cannot be created',
      workflow: 'create-volume.yml',
      inputs: () => ({ name: 'vol-fail' }),
      replace: [['return_timeout=15', 'return_timeout=1']],
      passes: false,
      shows: [NO_SPACE],
      hides: ['The volume is at']
    },
    {
      title: 'the call and the wait in one step',
      workflow: 'create-volume-in-one-step.yml',
      inputs: () => ({ name: 'vol1' }),
      passes: true,
      shows: ['The volume is at /api/storage/volumes/']
    },
    {
      title: 'a volume that cannot be created',
      workflow: 'create-volume-in-one-step.yml',
      inputs: () => ({ name: 'vol-fail' }),
      passes: false,
      shows: [NO_SPACE],
      hides: ['The volume is at']
    },
    {
      title: 'fifty jobs are awaited with fewer requests than jobs',
      workflow: 'fifty-volumes.yml',
      inputs: () => ({ prefix: 'data' }),
      passes: true,
      shows: ['50 of 50 volumes were created'],
      also: ({ requests }) => {
        const asked = requests.filter(request => request.startsWith('GET /api/cluster/jobs'))
        return asked.length < 25 ? undefined : `${asked.length} requests for 50 jobs`
      }
    },
    {
      title: 'what an earlier run left in the workspace is not awaited again',
      workflow: 'fifty-volumes.yml',
      inputs: () => ({ prefix: 'data' }),
      replace: [twice('fifty-volumes.yml', 'Make the calls')],
      passes: true,
      shows: ['50 of 50 volumes were created']
    },
    {
      title: 'fifty jobs that fail are listed all the same',
      workflow: 'fifty-volumes.yml',
      inputs: () => ({ prefix: 'fail' }),
      passes: false,
      shows: ['0 of 50 volumes were created']
    },
    {
      title: 'each result is shown by the name of its volume',
      workflow: 'results-by-name.yml',
      passes: true,
      shows: ['blue: success', 'green: success', 'red: success']
    },
    {
      title: 'the volume that failed is named',
      workflow: 'results-by-name.yml',
      inputs: () => ({ names: 'blue fail red' }),
      passes: false,
      shows: ['blue: success', 'fail: error', 'red: success']
    },
    {
      title: 'a bulk job that succeeds',
      workflow: 'fifty-volumes-in-one-call.yml',
      inputs: () => ({ prefix: 'data' }),
      passes: true,
      shows: ['created data_1', 'created data_50']
    },
    {
      title: 'a bulk job that succeeds with a volume that failed',
      workflow: 'fifty-volumes-in-one-call.yml',
      inputs: () => ({ prefix: 'data' }),
      replace: [['range(1; 51) | {name: "\\($prefix)_\\(.)"', '"a", "b-fail" | {name: .']],
      passes: false,
      shows: ['created a', 'failed: Failed to create the volume "b-fail".']
    },
    {
      title: 'the deployment follows the storage job',
      workflow: 'deployment-gate.yml',
      passes: true,
      shows: ['Deploying. Job ']
    },
    {
      title: 'no deployment after a storage job that failed',
      workflow: 'deployment-gate.yml',
      replace: [['{"size": 21474836480}', '{"name": "fail"}']],
      passes: false,
      shows: [NO_SPACE],
      hides: ['Deploying.']
    },
    {
      title: 'the deployment waits until the SVM has no job left',
      workflow: 'wait-until-idle.yml',
      inputs: () => {
        const script = [running, { after: 3 * SPEED, state: 'success' }]
        busy = addJob({ api: 'ontap', svm: { name: 'svm1' }, script }).key
        return {}
      },
      passes: true,
      shows: ['Deploying onto an idle array'],
      also: () => (endedAt(busy) === undefined ? 'the job of the SVM had not finished' : undefined)
    },
    {
      title: 'the next step follows the move, not only its job',
      workflow: 'move-volume.yml',
      inputs: () => ({ aggregate: 'aggr2' }),
      replace: [["'{movement:", "'{simulate: {seconds: 80}, movement:"]],
      passes: true,
      shows: ['% moved to aggr2', 'The move ended with success']
    },
    {
      title: 'a move that is aborted fails, although its job succeeded',
      workflow: 'move-volume.yml',
      inputs: () => ({ aggregate: 'aggr2' }),
      replace: [["'{movement:", `'{simulate: {ending: "aborted"}, movement:`]],
      passes: false,
      shows: ['the move to aggr2 was aborted'],
      hides: ['The move ended with']
    },
    {
      title: 'a relationship that is broken',
      workflow: 'break-mirror.yml',
      variables: { RELATIONSHIP_UUID: randomUUID() },
      passes: true,
      shows: ['The relationship is broken_off']
    },
    {
      title: 'a cluster that is updated, and restarts meanwhile',
      workflow: 'update-cluster.yml',
      inputs: () => ({ package: 'https://files.example.com/image.tgz', version: '9.17.1' }),
      replace: [['{version: env.VERSION}', '{version: env.VERSION, simulate: {seconds: 60, restart: 20}}']],
      passes: true,
      shows: ['The update has ended as completed']
    },
    {
      title: 'a volume on every cluster',
      workflow: 'matrix-over-clusters.yml',
      variables: { CLUSTERS: JSON.stringify([east, { name: 'west', url: ONTAP_URL }]) },
      passes: true,
      shows: ['The volume is on every cluster']
    },
    {
      title: 'one cluster that is down does not stop the other',
      workflow: 'matrix-over-clusters.yml',
      variables: { CLUSTERS: JSON.stringify([{ name: 'west', url: 'http://127.0.0.1:9' }, east]) },
      passes: false,
      shows: ['succeeded (success)'],
      hides: ['The volume is on every cluster']
    },
    {
      title: 'a cluster that is deployed',
      workflow: 'deploy-ontap-select.yml',
      inputs: () => ({ cluster: 'c1' }),
      passes: true,
      shows: ['succeeded (success)']
    },
    {
      title: 'a job that is started early and awaited late',
      workflow: 'start-early-wait-late.yml',
      inputs: () => ({ name: 'vol1' }),
      passes: true,
      shows: ['which is not awaited', 'Deploying onto the volume']
    },
    {
      title: 'a job that is started early and fails',
      workflow: 'start-early-wait-late.yml',
      inputs: () => ({ name: 'vol1-fail' }),
      passes: false,
      shows: ['which is not awaited', NO_SPACE],
      hides: ['Deploying onto the volume']
    },
    {
      title: 'jobs that are started in one job and awaited in another',
      workflow: 'start-here-wait-there.yml',
      inputs: () => ({ prefix: 'data' }),
      passes: true,
      shows: ['which is not awaited', 'Deploying onto the volumes']
    },
    {
      title: 'a system that NetApp Console creates',
      workflow: 'create-cloud-volumes-ontap.yml',
      variables: {
        CONSOLE_AGENT: 'agent',
        CONSOLE_CLIENT_ID: 'client',
        WORKING_ENVIRONMENT: '{"name": "cvo1", "simulate": {"seconds": 100}}'
      },
      replace: consoleReplaced,
      passes: true,
      shows: ['The system is VsaWorkingEnvironment-'],
      also: () => (cloud.oauth.tokens.count > 1 ? undefined : 'the token was not renewed')
    },
    {
      title: 'a system that cannot be created',
      workflow: 'create-cloud-volumes-ontap.yml',
      variables: { CONSOLE_AGENT: 'agent', CONSOLE_CLIENT_ID: 'client', WORKING_ENVIRONMENT: '{"name": "cvo-fail"}' },
      replace: consoleReplaced,
      passes: false,
      shows: ['No host has enough capacity'],
      hides: ['The system is']
    },
    {
      title: 'a volume that is created with tokens of Entra ID',
      workflow: 'create-volume-with-entra-id.yml',
      variables: {
        ONTAP_URL: cloud.ontap.url,
        ENTRA_TENANT: 'oauth',
        CLIENT_ID: 'client',
        TOKEN_SCOPE: 'api://a/.default'
      },
      replace: [
        ['https://login.microsoftonline.com', cloud.oauth.url],
        ['/oauth2/v2.0/token', '/token'],
        ['secrets.CLIENT_SECRET', 'secrets.CONSOLE_CLIENT_SECRET']
      ],
      passes: true,
      shows: ['Created {"resource":"/api/storage/volumes/']
    },
    {
      title: 'a volume on FSx for ONTAP',
      workflow: 'create-volume-on-fsx.yml',
      variables: { FSX_URL: ONTAP_URL },
      replace: [
        ['username: fsxadmin', 'username: user'],
        ['secrets.FSXADMIN_PASSWORD', 'secrets.ONTAP_PASSWORD']
      ],
      passes: true,
      shows: ['Created {"resource":"/api/storage/volumes/']
    },
    {
      title: 'a job that ends while this run waits',
      workflow: 'wait-in-a-later-run.yml',
      inputs: () => ({ response: answerNaming(unifiedManagerJob(2, 'success')) }),
      passes: true,
      shows: ['The job has succeeded'],
      also: noOtherRun
    },
    {
      title: 'a job that outlasts this run is handed to the next one',
      workflow: 'wait-in-a-later-run.yml',
      inputs: () => ({ response: answerNaming(unifiedManagerJob(3_600, 'success')) }),
      replace: [['timeout: 5h', 'timeout: 2s']],
      passes: true,
      hides: ['The job has succeeded'],
      also: ({ githubCalls }) =>
        /workflow run wait-in-a-later-run\.yml .*--field response=\S+ --field runs-left=7$/.test(githubCalls.trim())
          ? undefined
          : `no other run was started: ${githubCalls}`
    },
    {
      title: 'the last run does not hand on',
      workflow: 'wait-in-a-later-run.yml',
      inputs: () => ({ response: answerNaming(unifiedManagerJob(3_600, 'success')), 'runs-left': '1' }),
      replace: [['timeout: 5h', 'timeout: 2s']],
      passes: false,
      hides: ['The job has succeeded'],
      also: noOtherRun
    },
    {
      title: 'a job that fails is not handed on',
      workflow: 'wait-in-a-later-run.yml',
      inputs: () => ({ response: answerNaming(unifiedManagerJob(1, 'failure')) }),
      passes: false,
      shows: ['failed (ERROR)'],
      hides: ['The job has succeeded'],
      also: noOtherRun
    },
    {
      title: 'a job that succeeds opens the gate',
      workflow: 'reusable-workflow.yml',
      inputs: () => ({ 'job-key': unifiedManagerJob(1, 'success') }),
      passes: true,
      shows: ['The LUN is the-key-of-a-lun']
    },
    {
      title: 'a job that fails keeps the gate shut',
      workflow: 'reusable-workflow.yml',
      inputs: () => ({ 'job-key': unifiedManagerJob(1, 'failure') }),
      passes: false,
      shows: ['failed (ERROR)'],
      hides: ['The LUN is the-key-of-a-lun']
    },
    ...[
      { workflow: 'create-volume.yml', inputs: { name: 'vol1' } },
      { workflow: 'provision-lun.yml', inputs: { name: 'lun1' } },
      { workflow: 'fifty-volumes.yml', inputs: { prefix: 'data' } },
      { workflow: 'results-by-name.yml', inputs: { names: 'blue' } },
      { workflow: 'matrix-over-clusters.yml', inputs: {} },
      { workflow: 'deploy-ontap-select.yml', inputs: { cluster: 'c1' } }
    ].map(({ workflow, inputs }) => ({
      title: 'curl and the action both trust a private CA',
      workflow,
      inputs: () => inputs,
      variables: behindPrivateCa(secured),
      passes: true
    })),
    {
      title: 'uses: ./ as on GitHub',
      workflow: 'ci.yml',
      // act ends what a step leaves running, so this server replaces the workflow's own.
      replace: [['8765', new URL(UM_URL).port]],
      passes: true,
      shows: ['good.outputs.state is NORMAL', 'wrong.outputs.outcome is invalid-input']
    }
  ]
}

/** Every variable for servers whose certificate comes from a private CA. */
function behindPrivateCa({ authority, ...urls }: SecuredServers): Readonly<Record<string, string>> {
  const authorities = { UM_CA: authority, ONTAP_CA: authority, SELECT_CA: authority }
  return { ...urls, ...authorities, CLUSTERS: JSON.stringify([{ name: 'east', url: urls.ONTAP_URL }]) }
}

/** Replaces a step of an example by itself and a copy of it, as a second run in the same workspace would. */
function twice(workflow: string, step: string): readonly [string, string] {
  const text = readFileSync(join('docs', 'examples', workflow), 'utf8')
  const found = text.split(/^(?= {6}- )/m).find(part => part.startsWith(`      - name: ${step}\n`)) ?? ''
  return [found, found + found]
}
