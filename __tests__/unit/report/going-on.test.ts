import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { fromKeys } from '../../../src/jobs/found.ts'
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
  ['a UUID', KEY, '/api'],
  ['a key of Unified Manager', 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd', '/api'],
  ['a key that looks encoded', 'a%20b', '/api'],
  ['a key with a stray percent', '100%', '/api'],
  ['a key with all that YAML could misread', '- "x": {y} #z\\|& ünï', '/api'],
  ['a job behind a gateway', KEY, `/api/gateways/${KEY}`]
])('the inputs, copied from YAML, name the same job: %s', (_title, key, root) => {
  const inputs = parse(asYaml(goingOn([timedOut(key, root)], SERVER) as NonNullable<ReturnType<typeof goingOn>>))
  expect(inputs).toMatchObject({ url: 'https://storage.example.com/api', api: 'ontap' })
  const { references, faults } = fromKeys(inputs['job-key'], placeOf(inputs.api, SERVER.root))
  expect(faults).toEqual([])
  expect(references).toEqual([expect.objectContaining({ api: api('ontap'), key, root })])
})
