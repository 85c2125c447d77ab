import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { fromKeys } from '../../../src/jobs/keys.ts'
import { asYaml, goingOn } from '../../../src/report/going-on.ts'
import type { Awaited } from '../../../src/wait/wait.ts'
import { api, placeOf } from '../../support/apis.ts'
import { awaitedWith, failed, KEY, succeeded } from './awaited.ts'
import { SERVER } from './play.ts'

const timedOut = (key: string, root = SERVER.root): Awaited =>
  awaitedWith({ outcome: 'timeout', job: null, reason: '', errorCode: '' }, { key, root })

test('only jobs that may still be running are gone on with', () => {
  expect(goingOn([succeeded(), failed()], SERVER)).toBeNull()
  expect(goingOn([succeeded(), timedOut('a'), failed(), timedOut('b')], SERVER)?.jobKeys).toEqual(['a', 'b'])
})

test.each([
  ['a UUID', KEY, '/api', 'ontap'],
  ['a key of Unified Manager', 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd', '/api', 'unified-manager'],
  ['a key that looks encoded', 'a%20b', '/api', 'ontap-select'],
  ['a key with a stray percent', '100%', '/api', 'ontap-select'],
  ['a key with all that YAML could misread', '-"x":{y}#z\\|&ünï', '/api', 'ontap-select'],
  ['a job behind a gateway', KEY, `/api/gateways/${KEY}`, 'ontap']
])('the inputs, copied from YAML, name the same job: %s', (_title, key, root, name) => {
  const awaited = awaitedWith(
    { outcome: 'timeout', job: null, reason: '', errorCode: '' },
    { api: api(name), key, root }
  )
  const inputs = parse(asYaml(goingOn([awaited], SERVER) as NonNullable<ReturnType<typeof goingOn>>))
  expect(inputs).toMatchObject({ url: 'https://storage.example.com/api', api: name })
  const { references, faults } = fromKeys(inputs['job-key'], placeOf(inputs.api, SERVER.root))
  expect(faults).toEqual([])
  expect(references).toEqual([expect.objectContaining({ api: api(name), key, root })])
})
