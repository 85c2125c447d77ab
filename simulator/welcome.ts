import type { SimulatorOptions } from './options.ts'
import type { Servers } from './servers.ts'

const VOLUME = '4ea7a442-86d1-11e0-ae1c-123478563412'

/** What the simulator says when it is ready: which server runs where, how to start a job, and what to give to the action. */
export function welcome(servers: Servers, options: SimulatorOptions): string {
  const { tls, speed = 1 } = options
  const { 'unified-manager': manager, ontap, 'ontap-select': select, 'netapp-console': cloud, oauth } = servers
  const curl = `curl -s${tls ? 'k' : ''}${loginOf(options)}`
  const call = (url: string, body: object, method = 'POST') =>
    `  ${curl} -X ${method} '${url}' -d '${JSON.stringify(body)}'`
  const backup = `${cloud.url}/account/account-1/providers/cloudmanager_cbs/api`
  const inputs = [
    'url: <one of these>',
    'response: <what the call answered>',
    ...credentialsOf(options, oauth.url),
    ...(tls ? ["verify-tls: 'false'"] : [])
  ]
  return `Five servers are running${speed === 1 ? '' : `, ${speed} times as fast as real time`}:

  Unified Manager      ${manager.url}  (ONTAP is behind its gateway: /api/gateways/<any UUID>)
  ONTAP                ${ontap.url}
  ONTAP Select Deploy  ${select.url}
  NetApp Console       ${cloud.url}  (its backup service: ${backup.replace(cloud.url, '')}/v1)
  OAuth 2.0 tokens     ${oauth.url}/oauth/token

${fetchOf(options, oauth.url)}Start a job. A name that contains partial, warn or fail makes it end that way:

${call(`${manager.url}/api/storage-provider/luns`, { name: 'lun1' })}
${call(`${manager.url}/api/storage-provider/file-shares`, { name: 'partial1', simulate: { seconds: 30 } })}
${call(`${ontap.url}/api/storage/volumes`, { name: 'vol1', svm: { name: 'svm1' } })}
${call(`${ontap.url}/api/storage/volumes?return_timeout=15`, { name: 'vol2' })}
${call(`${ontap.url}/api/storage/volumes`, { records: [{ name: 'vol3' }, { name: 'fail4' }] })}
${call(`${select.url}/api/clusters`, { name: 'select1' })}

Start an operation that outlives its job, for the input "until":

${call(`${ontap.url}/api/storage/volumes/${VOLUME}`, { movement: { destination_aggregate: { name: 'aggr2' } } }, 'PATCH')}

Start a job in the cloud. Its id is in a header (-i shows it), or in the body; set api to netapp-console or netapp-backup:

${call(`${cloud.url}/occm/api/vsa/working-environments`, { name: 'cvo1' }).replace('curl -s', 'curl -si')}
${call(`${backup}/v3/backup/working-environment/VsaWorkingEnvironment-1`, {})}

Look at the jobs:

  ${curl} '${manager.url}/api/management-server/jobs'
  ${curl} '${ontap.url}/api/cluster/jobs?fields=*'
  ${curl} '${select.url}/api/jobs'

Wait for one with the action:

${inputs.map(input => `  ${input}`).join('\n')}

How to order faults, states that wait for somebody and tokens that expire: npm run simulator -- --help

Press Ctrl+C to stop them.
`
}

/** The arguments with which curl logs in. */
function loginOf({ credentials, tokens }: SimulatorOptions): string {
  if (credentials) {
    return 'token' in credentials
      ? ` -H 'Authorization: Bearer ${credentials.token}'`
      : ` -u '${credentials.username}:${credentials.password}'`
  }
  return tokens ? ' -H "Authorization: Bearer $TOKEN"' : ''
}

/** How to fetch a token, where one is asked for. */
function fetchOf({ credentials, tokens }: SimulatorOptions, oauth: string): string {
  if (credentials || !tokens) return ''
  const { clientId = 'client', clientSecret = 'secret', lifetime = 3600 } = tokens
  const curl = `curl -sk -u '${clientId}:${clientSecret}' -d grant_type=client_credentials ${oauth}/oauth/token`
  return `Fetch a token, which is valid for ${lifetime} s:\n\n  TOKEN=$(${curl} | jq -r .access_token)\n\n`
}

/** The inputs with which the action does. */
function credentialsOf({ credentials, tokens }: SimulatorOptions, oauth: string): string[] {
  if (credentials) return 'token' in credentials ? ['token: …'] : ['username: …', 'password: …']
  if (!tokens) return []
  const { clientId = 'client', clientSecret = 'secret' } = tokens
  return [`token-url: ${oauth}/oauth/token`, `client-id: ${clientId}`, `client-secret: ${clientSecret}`]
}
