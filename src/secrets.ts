import type { Credentials } from './inputs.ts'

/** Every form in which the credentials could show up: as they are, in Basic's Base64, and encoded for a URL. */
export function secretForms(credentials: Credentials | null): string[] {
  if (credentials === null) return []
  const forms = 'token' in credentials ? [credentials.token] : [credentials.password, basicPair(credentials)]
  return [...new Set(forms.flatMap(form => [form, encodeURIComponent(form.toWellFormed())]))]
}

/** The value of the `Authorization` header. */
export function authorizationOf(credentials: Credentials): string {
  return 'token' in credentials ? `Bearer ${credentials.token}` : `Basic ${basicPair(credentials)}`
}

function basicPair({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}
