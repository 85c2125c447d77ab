import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { NODES } from '../support/nodes.ts'
import { createIdentity } from '../support/x509.ts'
import { type Inputs, runStep, type Scene } from './support.ts'

const APIS = ['ontap', 'ontap-select', 'unified-manager'] as const

const given = createIdentity('Given CA', { authority: true })
const extra = createIdentity('Extra CA', { authority: true })
const folder = mkdtempSync(join(tmpdir(), 'await-job-'))
const extraFile = join(folder, 'extra.pem')
writeFileSync(extraFile, extra.cert)
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(NODES)('the action runs on %s', (_, node) => {
  test.concurrent.each(APIS)('with twelve jobs of %s, one of which fails', async api => {
    const { exitCode, outputs, stderr, summary } = await runStep(
      simulator => {
        const jobs = Array.from({ length: 12 }, (_, index) => {
          const state = index === 7 ? 'failure' : 'success'
          return simulator.addJob({
            api,
            script: [
              { after: 0, state: 'running' },
              { after: 1 + index / 20, state }
            ]
          })
        })
        return { api, 'job-key': jobs.map(({ key }) => key).join('\n') }
      },
      { node }
    )
    expect([exitCode, outputs.outcome, stderr]).toEqual([1, 'error', ''])
    const outcomes = JSON.parse(outputs.jobs ?? '').map(({ outcome }: { outcome: string }) => outcome)
    expect(outcomes).toEqual(Array.from({ length: 12 }, (_, index) => (index === 7 ? 'error' : 'success')))
    expect(summary).toContain('<table>')
  })

  test.concurrent.each([
    ['of "ca-certificate"', given],
    ['of NODE_EXTRA_CA_CERTS', extra]
  ])('with a server whose certificate comes from the CA %s, where both are given', async (_, issuer) => {
    const { exitCode, outputs, stderr } = await reach(createIdentity('storage', { issuer, hosts: ['127.0.0.1'] }))
    expect([exitCode, outputs.outcome, stderr]).toEqual([0, 'success', ''])
  })

  test.concurrent('with a certificate that has expired', async () => {
    const dates = { from: -9, to: -2 }
    const { exitCode, outputs } = await reach(
      createIdentity('storage', { issuer: given, hosts: ['127.0.0.1'], ...dates })
    )
    expect([exitCode, outputs.outcome, outputs.message]).toEqual([
      1,
      'unreachable',
      expect.stringContaining('has expired')
    ])
  })

  test.concurrent('with inputs that are wrong', async () => {
    const { exitCode, outputs, stderr } = await runStep(() => ({ url: 'https://' }), { node })
    expect([exitCode, outputs.outcome, stderr]).toEqual([1, 'invalid-input', ''])
  })

  function reach({ cert, key }: typeof given) {
    const scene: Scene = { node, server: { tls: { cert, key } }, env: { NODE_EXTRA_CA_CERTS: extraFile } }
    const inputs: Inputs = { 'ca-certificate': given.cert }
    const job = { api: 'ontap', script: [{ after: 0, state: 'success' }] } as const
    return runStep(simulator => ({ ...inputs, 'job-key': simulator.addJob(job).key }), scene)
  }
})
