import { describe, expect, test } from '@jest/globals'
import { apiOfCall, parseCall } from '../../../src/jobs/call.ts'
import { placeOf } from '../../support/apis.ts'

const AUTO = placeOf()

describe('a call', () => {
  test.each([
    ['POST /storage-provider/luns', 'POST', '/api/storage-provider/luns'],
    ['DELETE /storage/volumes?name=v*', 'DELETE', '/api/storage/volumes?name=v*'],
    ['PATCH   /storage/volumes/1', 'PATCH', '/api/storage/volumes/1'],
    ['PUT /api/x', 'PUT', '/api/x'],
    ['POST /apix/y', 'POST', '/api/apix/y'],
    ['POST /a/..b/c', 'POST', '/api/a/..b/c']
  ])('%s is sent to its path under the root', (text, method, path) => {
    expect(parseCall(text, AUTO)).toEqual({ method, path })
  })

  test.each([
    'GET /storage/volumes',
    'post /storage/volumes',
    'POST storage/volumes',
    'REPOST /storage/volumes',
    'POST https://elsewhere.example/api',
    'POST /storage/volumes extra',
    'POST /storage#x',
    'POST \\\\elsewhere',
    'POST /a\\b',
    'POST',
    '/storage/volumes'
  ])('%j is not a call, and the message shows how to write one', text => {
    expect(parseCall(text, AUTO)).toMatch(
      /is not a valid call: write the method and the path .* POST \/storage-provider\/luns/
    )
  })

  test.each(['POST /..', 'POST /a/../b', 'POST /a/./b', 'POST /%2e%2E/x', 'POST /a/.%2e?x', 'POST //elsewhere/x'])(
    '%s would leave the API',
    text => {
      expect(parseCall(text, AUTO)).toMatch(/has a path outside the API/)
    }
  )

  test.each(['PATCH /storage/volumes/', 'PATCH /storage/volumes/?a=b', 'DELETE /a//b', 'POST /', 'POST /api/'])(
    '%s lacks a part of its path',
    text => {
      expect(parseCall(text, AUTO)).toMatch(/has an empty part in its path: is a variable in it not set\?$/)
    }
  )

  test('may have slashes in a row in its query', () => {
    expect(parseCall('POST /a?url=https://example.com/', AUTO)).toMatchObject({ method: 'POST' })
  })

  test('that is refused is shown without its query, and not at length', () => {
    const fault = parseCall(`GET /x?password=hunter2`, AUTO)
    expect(fault).toContain('?…')
    expect(fault).not.toContain('hunter2')
    expect(String(parseCall(`GET /${'x'.repeat(5_000)}`, AUTO)).length).toBeLessThan(400)
  })
})

describe('the API of a call', () => {
  test.each<[string, { api?: string; root?: string }, string | undefined]>([
    ['/api/storage-provider/luns', {}, 'unified-manager'],
    ['/api/datacenter/svm/svms/1', {}, 'unified-manager'],
    ['/api/storage/volumes?name=x', {}, 'ontap'],
    ['/api/gateways/g/storage/volumes', {}, 'ontap'],
    ['/api/clusters', {}, 'ontap-select'],
    ['/api/something/else', {}, undefined],
    ['/api/x/storage-provider/luns', {}, undefined],
    ['/api/x/storage/volumes', {}, undefined],
    ['/api/x/clusters', {}, undefined],
    ['/api/storages/volumes', {}, undefined],
    ['/api/svm', {}, 'ontap'],
    ['/api/something/else', { api: 'ontap' }, 'ontap'],
    ['/api/gateways/g/x', { root: '/api/gateways/g' }, 'ontap'],
    ['/api/v2/something', { root: '/api/v2' }, 'unified-manager']
  ])('to %s, where %j is given, is %s', (path, given, api) => {
    expect(apiOfCall({ path }, placeOf(given.api, given.root))?.name).toBe(api)
  })
})
