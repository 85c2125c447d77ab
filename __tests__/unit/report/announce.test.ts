import { describe, expect, test } from '@jest/globals'
import type { HttpProxy } from '../../../src/http/proxy.ts'
import type { Server } from '../../../src/http/server.ts'
import type { Operation } from '../../../src/jobs/api.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { announce } from '../../../src/report/announce.ts'
import { createNames } from '../../../src/report/names.ts'
import { reference } from '../../support/answers.ts'
import { api } from '../../support/apis.ts'
import { createRecorder } from './play.ts'

const UUID = '1cd8a442-86d1-11e0-ae1c-123478563412'
const SERVER: Server = { origin: 'https://storage.example.com', root: '/api', isPrivate: true }
const RULES = { timeout: 60_000, longPoll: 30_000, pollInterval: 15_000, unreachableTimeout: 60_000 }

function announced(references: readonly JobReference[], proxy: HttpProxy | null = null, rules = RULES): string[] {
  const printer = createRecorder()
  const names = createNames()
  names.add(references)
  announce({ references, names, server: SERVER, proxy, rules }, 0, printer)
  return printer.text().split('\n')
}

test('one job is announced by its key, with server, timeout and polling', () => {
  expect(announced([reference(UUID)])).toEqual([
    `Waiting for job ${UUID} (ONTAP) at https://storage.example.com/api`,
    'Timeout 1m, at 1970-01-01 00:01:00 UTC; checking now, then every 1s to 15s'
  ])
  expect(announced([{ ...reference(UUID), label: 'vol_01' }])[0]).toContain(`Waiting for job vol_01 ${UUID} (ONTAP)`)
})

test('resources are announced by the operation whose end they show', () => {
  const [move, mirror] = ['volume-move', 'snapmirror'].map(name => {
    const operation = api('ontap').operations?.find(one => one.name === name) as Operation
    return { ...reference('v1'), api: operation.resource(null, null) }
  }) as [JobReference, JobReference]
  expect(announced([move])[0]).toMatch(/^Waiting for the volume move v1 \(ONTAP\) at /)
  expect(announced([{ ...move, label: 'vol_01' }])[0]).toMatch(/^Waiting for the volume move vol_01 v1 \(ONTAP\) at /)
  expect(announced([move, { ...move, key: 'v2' }])[0]).toMatch(/^Waiting for 2 volume moves \(ONTAP\) at /)
  expect(announced([move, mirror])[0]).toMatch(/^Waiting for 2 jobs \(ONTAP\) at /)
})

test('the proxy in between is named, with the variable that names it', () => {
  const proxy = { origin: 'http://proxy.example.com:3128', variable: 'HTTPS_PROXY', credentials: null }
  expect(announced([reference(UUID)], proxy)[0]).toMatch(
    / through the proxy http:\/\/proxy\.example\.com:3128 \(HTTPS_PROXY\)$/
  )
})

describe('long polls', () => {
  const um = { ...reference('a:b'), api: api('unified-manager') }

  test('are mentioned where they are tried', () => {
    expect(announced([um])[1]).toContain(
      'checking now, then long-polling for up to 30s where the server supports it, otherwise every 1s to 15s'
    )
  })

  test('are not, if they are turned off', () => {
    expect(announced([um], null, { ...RULES, longPoll: 0 })[1]).toContain('checking now, then every 1s to 15s')
  })
})

test('several jobs are listed with their numbers or labels, many of them in a group', () => {
  expect(announced([reference('a'), { ...reference('b'), label: 'vol_02' }]).slice(2)).toEqual(['  #1 a', '  vol_02 b'])
  const many = announced(Array.from({ length: 11 }, (_, index) => reference(`job-${index}`)))
  expect(many[0]).toMatch(/^Waiting for 11 jobs \(ONTAP\) at/)
  expect(many.slice(2, 4)).toEqual(['::group::The jobs', '  #1 job-0'])
})

test('nothing is announced where there is nothing', () => {
  expect(announced([])).toEqual([''])
})
