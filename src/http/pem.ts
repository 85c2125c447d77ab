import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

/** Whether the text is PEM itself, rather than the path of a PEM file. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}

/** Every certificate of a PEM text, with any other text in between; or what is wrong with it. */
export function parseCertificates(text: string): X509Certificate[] | string {
  const blocks = blocksOf(text, '(?:X509 |TRUSTED )?CERTIFICATE')
  if (blocks.length === 0) return 'contains no certificate: it must have a line -----BEGIN CERTIFICATE-----'
  const certificates: X509Certificate[] = []
  for (const [index, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block))
    } catch {
      return `certificate ${index + 1} of ${blocks.length} is damaged: PEM needs its line breaks and every character`
    }
  }
  return certificates
}

/** The private key of a PEM text; or what is wrong with it, without a word of it. */
export function parsePrivateKey(text: string): KeyObject | string {
  const [pem] = blocksOf(text, '(?:[A-Z]+ )?PRIVATE KEY')
  if (pem === undefined) return 'contains no private key: it must have a line -----BEGIN PRIVATE KEY-----'
  if (/-----BEGIN ENCRYPTED|ENCRYPTED$/m.test(pem)) {
    return 'is encrypted: decrypt it (openssl pkey -in key.pem -out decrypted.pem) and keep the result as a secret'
  }
  try {
    return createPrivateKey(pem)
  } catch {
    return 'is damaged, or is not a private key: PEM needs its line breaks and every character'
  }
}

/** Why a certificate does not count at this time (epoch ms), or null where it does. */
export function untimely({ validFrom, validTo }: X509Certificate, now: number): string | null {
  if (now > Date.parse(validTo)) return `expired on ${dayOf(validTo)}`
  if (now < Date.parse(validFrom)) return `is not valid before ${dayOf(validFrom)}`
  return null
}

/** The day of a certificate's date, such as `Nov 28 07:44:00 2026 GMT`: Node 20 gives it as a text alone. */
export function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10)
}

/** A subject or an issuer in one line: `CN=um.example.com, O=Example`. */
export function nameIn(distinguishedName: string | undefined): string {
  return distinguishedName?.split('\n').reverse().join(', ') || 'no name'
}

/** Whom a certificate is for, in one line. */
export function subjectOf(certificate: X509Certificate | undefined): string {
  return nameIn(certificate?.subject)
}

/** The PEM blocks with such a label, freed of indentation. */
function blocksOf(text: string, label: string): string[] {
  const blocks = text.match(new RegExp(`-----BEGIN (${label})-----[\\s\\S]*?-----END \\1-----`, 'g')) ?? []
  return blocks.map(block => `${block.replace(/^[ \t]+|[ \t\r]+$/gm, '')}\n`)
}
