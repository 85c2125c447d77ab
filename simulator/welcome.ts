import type { SimulatorOptions } from './options.ts'

/** What the simulator says when it is ready: how to start a job, and what to give to the action. */
export function welcome(url: string, { credentials, tls, speed = 1 }: SimulatorOptions): string {
  const login = credentials
    ? 'token' in credentials
      ? ` -H 'Authorization: Bearer ${credentials.token}'`
      : ` -u '${credentials.username}:${credentials.password}'`
    : ''
  const curl = `curl -s${tls ? 'k' : ''}${login}`
  const post = (path: string, body: object) => `  ${curl} -X POST '${url}/api/${path}' -d '${JSON.stringify(body)}'`
  const inputs = [
    `url: ${url}`,
    'response: <what the call answered>',
    ...(credentials ? ('token' in credentials ? ['token: …'] : ['username: …', 'password: …']) : []),
    ...(tls ? ["verify-tls: 'false'"] : [])
  ]
  return `The simulator listens on ${url}${speed === 1 ? '' : `, and lives ${speed} times as fast as you`}.

Start a job. A name that holds partial, warn or fail makes it end so:

${post('storage-provider/luns', { name: 'lun1' })}
${post('storage-provider/file-shares', { name: 'partial1', simulate: { seconds: 30 } })}
${post('storage/volumes', { name: 'vol1', svm: { name: 'svm1' } })}
${post('storage/volumes?return_timeout=15', { name: 'vol2' })}
${post('storage/volumes', { records: [{ name: 'vol3' }, { name: 'fail4' }] })}
${post('clusters', { name: 'select1' })}

Look at the jobs:

  ${curl} '${url}/api/management-server/jobs'
  ${curl} '${url}/api/cluster/jobs?fields=*'
  ${curl} '${url}/api/jobs'

Await one with the action:

${inputs.map(input => `  ${input}`).join('\n')}

Ctrl+C ends it.
`
}
