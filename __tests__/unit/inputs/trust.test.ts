import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readTrust } from '../../../src/inputs/trust.ts'
import { createIdentity } from '../../support/x509.ts'

type Given = Partial<Record<'ca-certificate' | 'client-certificate' | 'client-key', string>>

const NOW = Date.now()
const ca = createIdentity('Private CA', { authority: true })
const client = createIdentity('runner', { issuer: ca })
const stranger = createIdentity('stranger')
const expired = createIdentity('old', { from: -9, to: -2 })
const early = createIdentity('new', { from: 2, to: 9 })
const day = (days: number) => new Date(NOW + days * 86_400_000).toISOString().slice(0, 10)

function read(given: Given, files: Record<string, string> = {}) {
  const faults: string[] = []
  const secrets: string[] = []
  const trust = readTrust(
    {
      value: input => given[input] ?? '',
      readFile: path => {
        const text = files[path]
        if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
        return text
      },
      now: NOW,
      fault: (input, text) => {
        faults.push(`${input}: ${text}`)
        return null
      },
      keepSecret: (...texts) => secrets.push(...texts)
    },
    true
  )
  return { ...trust, faults, secrets }
}

describe('certificates of authorities', () => {
  test.each([
    ['PEM text', ca.cert, [ca.cert]],
    ['several, and other words', `subject=CA\n${ca.cert}and\n${stranger.cert}`, [ca.cert, stranger.cert]],
    ['line ends of Windows', ca.cert.replaceAll('\n', '\r\n'), [ca.cert]],
    ['indentation', ca.cert.replaceAll('\n', '\n    '), [ca.cert]],
    ['an outdated one among others', `${expired.cert}${ca.cert}`, [expired.cert, ca.cert]],
    ['the label of OpenSSL', ca.cert.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE'), [ca.cert]]
  ])('may be %s', (_name, text, authorities) => {
    expect(read({ 'ca-certificate': text })).toMatchObject({ authorities, identity: null, faults: [] })
  })

  test('may be in a file', () => {
    expect(read({ 'ca-certificate': '/etc/ca.pem' }, { '/etc/ca.pem': ca.cert }).authorities).toEqual([ca.cert])
  })

  test.each([
    [
      'no file',
      '/nowhere/ca.pem',
      'is neither PEM text, with its -----BEGIN line, nor the path of a file that can be read (ENOENT)'
    ],
    ['a key', ca.key, 'contains no certificate: it must have a line -----BEGIN CERTIFICATE-----'],
    ['a damaged one', ca.cert.replace(/M/g, 'N'), /^certificate 1 of 1 is damaged/],
    ['a damaged one among others', `${ca.cert}${ca.cert.replace(/\n(.)/, '\n')}`, /^certificate 2 of 2 is damaged/],
    ['one without its end', ca.cert.slice(0, -40), /^contains no certificate/],
    ['an expired one', expired.cert, `the certificate of CN=old expired on ${day(-2)}`],
    ['one of the future', early.cert, `the certificate of CN=new is not valid before ${day(2)}`]
  ])('are refused if they are %s', (_name, text, fault) => {
    const words =
      typeof fault === 'string'
        ? fault
        : expect.stringMatching(new RegExp(fault.source.replace('^', '^ca-certificate: ')))
    expect(read({ 'ca-certificate': text }).faults).toEqual([
      typeof words === 'string' ? `ca-certificate: ${words}` : words
    ])
  })
})

describe('the client certificate', () => {
  const both = { 'client-certificate': client.cert, 'client-key': client.key }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })

  test('comes with its key and its chain, its own first', () => {
    const { identity, faults } = read({ ...both, 'client-certificate': `${ca.cert}${client.cert}` })
    expect([identity, faults]).toEqual([{ certificates: [client.cert, ca.cert], key: client.key }, []])
  })

  test('may be in one file with its key', () => {
    const path = '/etc/client.pem'
    const { identity } = read(
      { 'client-certificate': path, 'client-key': path },
      { [path]: `${client.key}${client.cert}` }
    )
    expect(identity).toEqual({ certificates: [client.cert], key: client.key })
  })

  test('may have a key in the forms of old', () => {
    const key = client.keys.privateKey.export({ type: 'sec1', format: 'pem' }).toString()
    expect(read({ ...both, 'client-key': key }).identity?.key).toBe(client.key)
  })

  test.each<[name: string, given: Given, fault: string]>([
    [
      'it has no key',
      { 'client-certificate': client.cert },
      'client-key: is not set, although "client-certificate" is'
    ],
    ['there is only a key', { 'client-key': client.key }, 'client-certificate: is not set, although "client-key" is'],
    [
      'the key is of another certificate',
      { ...both, 'client-key': stranger.key },
      'client-key: does not match "client-certificate", which is that of CN=runner'
    ],
    [
      'it has expired',
      { 'client-certificate': expired.cert, 'client-key': expired.key },
      `client-certificate: the certificate of CN=old expired on ${day(-2)}`
    ],
    [
      'it is of the future',
      { 'client-certificate': early.cert, 'client-key': early.key },
      `client-certificate: the certificate of CN=new is not valid before ${day(2)}`
    ],
    [
      'the key is encrypted',
      {
        ...both,
        'client-key': privateKey
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
          .toString()
      },
      'client-key: is encrypted: decrypt it (openssl pkey -in key.pem -out decrypted.pem) and keep the result as a secret'
    ],
    [
      'the key is encrypted in the way of old',
      {
        ...both,
        'client-key': privateKey
          .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
          .toString()
      },
      'client-key: is encrypted: decrypt it (openssl pkey -in key.pem -out decrypted.pem) and keep the result as a secret'
    ],
    [
      'the key is damaged',
      { ...both, 'client-key': client.key.replace(/M/g, 'N') },
      'client-key: is damaged, or is not a private key: PEM needs its line breaks and every character'
    ],
    [
      'the key is a certificate',
      { ...both, 'client-key': client.cert },
      'client-key: contains no private key: it must have a line -----BEGIN PRIVATE KEY-----'
    ]
  ])('is refused if %s', (_name, given, fault) => {
    expect(read(given).faults).toEqual([fault])
  })

  test('is refused if its key is too weak for TLS', () => {
    const weak = createIdentity('weak', { curve: 'prime192v1' })
    const { faults, identity } = read({ 'client-certificate': weak.cert, 'client-key': weak.key })
    expect(identity).toBeNull()
    expect(faults).toEqual([expect.stringMatching(/^client-certificate: cannot be used with this key: .*too small/)])
  })

  test('a key that lacks its first line is not repeated as the path that it seems to be', () => {
    const [, body = ''] = client.key.split('\n')
    expect(read({ ...both, 'client-key': body }).faults.join()).not.toContain(body)
  })

  test('a file that cannot be read is reported with the reason if there is a code for it', () => {
    const unreadable = (error: Error): string[] => {
      const faults: string[] = []
      const fault = (_: string, text: string): null => {
        faults.push(text)
        return null
      }
      const readFile = (): string => {
        throw error
      }
      const value = (input: string): string => (input === 'ca-certificate' ? 'ca.pem' : '')
      readTrust({ value, readFile, now: NOW, fault, keepSecret: () => {} }, true)
      return faults
    }
    expect(unreadable(Object.assign(new Error('no'), { code: 'EACCES' }))).toEqual([
      expect.stringMatching(/can be read \(EACCES\)$/)
    ])
    expect(unreadable(new Error('no'))).toEqual([expect.stringMatching(/can be read \(no\)$/)])
  })

  test('the lines of its key are secrets, its armour and short ends are not', () => {
    const { secrets } = read(both)
    expect(secrets.length).toBeGreaterThan(1)
    expect(client.key.split('\n')).toEqual(expect.arrayContaining(secrets))
    expect(secrets.join()).not.toContain('-----')
  })
})
