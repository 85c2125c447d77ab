import { describe, expect, test } from '@jest/globals'
import { readInputs } from '../../../src/inputs/settings.ts'
import { parseUntil } from '../../../src/inputs/until.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import type { Place } from '../../../src/jobs/place.ts'
import type { Until } from '../../../src/jobs/reference.ts'
import { placeOf } from '../../support/apis.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'

function until(text: string, api: 'auto' | 'ontap' = 'auto'): Until {
  const parsed = parseUntil(text, placeOf(api))
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

describe('the input', () => {
  test.each([
    ['volume-move', null],
    [' Volume-Move ', null],
    ['snapmirror', null],
    ['snapmirror=broken_off', 'broken_off'],
    ['snapmirror = Broken Off', 'broken_off'],
    ['cluster-update', null],
    ['software-download', null],
    ['approval', null]
  ])('%j names an operation', (text, target) => {
    expect(until(text)).toEqual({
      operation: expect.objectContaining({ name: text.split('=')[0]?.trim().toLowerCase() }),
      target,
      key: null,
      since: null
    })
  })

  test.each([
    [
      'move',
      '"move" is not an operation that can be awaited: use one of volume-move, snapmirror, cluster-update, software-download, approval'
    ],
    ['volume-move=success', 'volume-move takes no state: leave out what follows it'],
    ['snapmirror=', /^"" is not a state of a SnapMirror relationship: use one of uninitialized, snapmirrored, /],
    ['snapmirror=done', /^"done" is not a state of a SnapMirror relationship: use one of /],
    ['snapmirror=broken=_off', /^"broken=_off" is not a state/]
  ])('%j is refused', (text, message) => {
    expect(parseUntil(text, placeOf('auto'))).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message)
    )
  })

  test('does not fit an API whose jobs start no operations', () => {
    expect(parseUntil('volume-move', placeOf('unified-manager'))).toBe(
      'is only for jobs of ONTAP, but "api" says unified-manager'
    )
    expect(until('volume-move', 'ontap').operation.name).toBe('volume-move')
  })
})

describe('a job', () => {
  const here = (text: string): Place => ({ ...placeOf('auto'), until: until(text) })

  test('is awaited until the operation has ended', () => {
    const { references } = fromKeys(UUID, here('volume-move'))
    expect(references).toEqual([expect.objectContaining({ key: UUID, until: until('volume-move') })])
    const body = fromBodies(JSON.stringify({ job: { uuid: UUID } }), here('snapmirror=paused'))
    expect(body.references[0]?.until?.target).toBe('paused')
  })

  test('of another API is refused', () => {
    expect(fromKeys('db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd', here('volume-move')).faults).toEqual([
      'names a job of Unified Manager, which starts no volume move: leave out "until"'
    ])
  })
})

describe('a link to a resource', () => {
  const LINK = `/api/storage/volumes/${UUID}`

  test.each<[string, string, string]>([
    [LINK, UUID, '/api'],
    [`https://cluster.example.com${LINK}?fields=movement`, UUID, '/api'],
    [`/api/gateways/c1/storage/volumes/${UUID}`, UUID, '/api/gateways/c1'],
    ['/api/cluster/software', '/cluster/software', '/api'],
    ['/api/cluster/software/download', '/cluster/software/download', '/api'],
    ['/api/security/multi-admin-verify/requests/12', '12', '/api']
  ])('%s is awaited by itself', (link, key, root) => {
    for (const api of ['auto', 'ontap'] as const) {
      const { references, faults } = fromKeys(link, placeOf(api))
      expect(faults).toEqual([])
      expect(references).toEqual([{ api: expect.objectContaining({ name: 'ontap' }), key, root, reported: null }])
      expect(references[0]?.api.shows).toBeDefined()
    }
  })

  test('is awaited in the state that "until" names', () => {
    const link = `/api/snapmirror/relationships/${UUID}`
    const parsed = { ...placeOf('auto'), until: until('snapmirror=broken_off') }
    const [reference] = fromKeys(link, parsed).references
    const answer = { status: 200, headers: {}, body: { uuid: UUID, state: 'broken_off' } }
    expect(reference?.api.read(answer, UUID)?.verdict).toBe('NORMAL')
    expect(reference?.until).toBeUndefined()
  })

  test('of another kind than "until" is refused', () => {
    expect(fromKeys(LINK, { ...placeOf('auto'), until: until('snapmirror') }).faults).toEqual([
      'names a volume move, but "until" waits for a SnapMirror relationship'
    ])
  })

  test('is refused where "api" says otherwise', () => {
    expect(fromKeys(LINK, placeOf('unified-manager')).faults).toEqual([
      'names a job of ONTAP (ontap), but "api" says unified-manager'
    ])
  })
})

describe('in the inputs', () => {
  function faultsOf(given: Readonly<Record<string, string>>): readonly string[] {
    const inputs: Readonly<Record<string, string>> = { url: 'https://cluster.example.com', ...given }
    const reading = readInputs({ get: name => inputs[name] ?? '', readFile: () => '' })
    return 'faults' in reading ? reading.faults : []
  }

  test.each([
    [{ 'job-key': UUID, until: 'volume-move' }, []],
    [{ request: `PATCH /storage/volumes/${UUID}`, until: 'volume-move' }, []],
    [{ request: `PATCH /gateways/c1/storage/volumes/${UUID}?return_timeout=0`, until: 'volume-move' }, []],
    [{ 'job-key': UUID, until: 'move' }, [expect.stringMatching(/^until: "move" is not an operation/)]],
    [
      { request: 'PATCH /cluster/software', until: 'volume-move' },
      ['until: waits for a volume move, which PATCH /api/cluster/software does not start']
    ],
    [
      { 'job-query': 'state=running', api: 'ontap', until: 'volume-move' },
      ['until: cannot be combined with "job-query", which does not start the jobs']
    ]
  ])('%j', (given, faults) => {
    expect(faultsOf(given)).toEqual(faults)
  })
})
