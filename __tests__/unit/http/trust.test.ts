import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { tlsOptionsOf, USUAL_TRUST } from '../../../src/http/trust.ts'
import { startByteServer } from '../../support/byte-server.ts'
import { createIdentity } from '../../support/x509.ts'

const given = createIdentity('Given CA', { authority: true })
const extra = createIdentity('Extra CA', { authority: true })
const folder = mkdtempSync(join(tmpdir(), 'await-job-'))
const file = join(folder, 'extra.pem')
writeFileSync(file, extra.cert)
const { getCACertificates } = tls
const before = process.env.NODE_EXTRA_CA_CERTS

afterEach(() => {
  tls.getCACertificates = getCACertificates
  if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS
  else process.env.NODE_EXTRA_CA_CERTS = before
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Whether a server whose certificate comes from this authority is trusted. */
async function isTrusted(issuer: typeof given): Promise<boolean> {
  const { cert, key } = createIdentity('server', { issuer, hosts: ['localhost'] })
  const server = await startByteServer({ tls: { cert, key }, onCall: () => {} })
  const options = tlsOptionsOf({ ...USUAL_TRUST, authorities: [given.cert] })
  const socket = tls.connect({ port: server.port, host: '127.0.0.1', servername: 'localhost', ...options })
  const trusted = await new Promise<boolean>(resolve => {
    socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false))
  })
  socket.destroy()
  await server.close()
  return trusted
}

describe('on a Node.js that cannot list its roots, the given authorities and those of NODE_EXTRA_CA_CERTS are trusted', () => {
  test.each([
    ['a file', file, true],
    ['a file that is not there', join(folder, 'missing.pem'), false],
    ['not set', undefined, false]
  ])('%s', async (_, path, trusted) => {
    tls.getCACertificates = undefined as never
    if (path === undefined) delete process.env.NODE_EXTRA_CA_CERTS
    else process.env.NODE_EXTRA_CA_CERTS = path
    expect([await isTrusted(given), await isTrusted(extra)]).toEqual([true, trusted])
  })
})
