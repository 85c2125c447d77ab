import type { SimulatorOptions } from './options.ts'
import type { Servers } from './servers.ts'

/** What the simulator says when it is ready: which server runs where, how to start a job, and what to give to the action. */
export function welcome(servers: Servers, { credentials, tls, speed = 1 }: SimulatorOptions): string {
  const { 'unified-manager': manager, ontap, 'ontap-select': select } = servers
  const login = credentials
    ? 'token' in credentials
      ? ` -H 'Authorization: Bearer ${credentials.token}'`
      : ` -u '${credentials.username}:${credentials.password}'`
    : ''
  const curl = `curl -s${tls ? 'k' : ''}${login}`
  const post = (url: string, body: object) => `  ${curl} -X POST '${url}' -d '${JSON.stringify(body)}'`
  const inputs = [
    'url: <one of the three>',
    'response: <what the call answered>',
    ...(credentials ? ('token' in credentials ? ['token: …'] : ['username: …', 'password: …']) : []),
    ...(tls ? ["verify-tls: 'false'"] : [])
  ]
  return `Three servers are running${speed === 1 ? '' : `, ${speed} times as fast as real time`}:

  Unified Manager      ${manager.url}  (ONTAP is behind its gateway: /api/gateways/<any UUID>)
  ONTAP                ${ontap.url}
  ONTAP Select Deploy  ${select.url}

Start a job. A name that contains partial, warn or fail makes it end that way:

${post(`${manager.url}/api/storage-provider/luns`, { name: 'lun1' })}
${post(`${manager.url}/api/storage-provider/file-shares`, { name: 'partial1', simulate: { seconds: 30 } })}
${post(`${ontap.url}/api/storage/volumes`, { name: 'vol1', svm: { name: 'svm1' } })}
${post(`${ontap.url}/api/storage/volumes?return_timeout=15`, { name: 'vol2' })}
${post(`${ontap.url}/api/storage/volumes`, { records: [{ name: 'vol3' }, { name: 'fail4' }] })}
${post(`${select.url}/api/clusters`, { name: 'select1' })}

Look at the jobs:

  ${curl} '${manager.url}/api/management-server/jobs'
  ${curl} '${ontap.url}/api/cluster/jobs?fields=*'
  ${curl} '${select.url}/api/jobs'

Await one with the action:

${inputs.map(input => `  ${input}`).join('\n')}

Press Ctrl+C to stop them.
`
}
