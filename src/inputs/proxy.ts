import { chooseProxy, type HttpProxy } from '../http/proxy.ts'
import type { Inputs } from './inputs.ts'
import { basicSecrets } from './secrets.ts'

/** The proxy between the runner and a server, as the environment names it. */
export function readProxy(
  { environment, fault, keepSecret }: Pick<Inputs, 'environment' | 'fault' | 'keepSecret'>,
  { origin }: { readonly origin: string }
): HttpProxy | null {
  const proxy = chooseProxy(origin, environment)
  if (proxy !== null && 'fault' in proxy) return fault(proxy.variable, proxy.fault)
  if (proxy?.credentials != null) keepSecret(...basicSecrets(proxy.credentials))
  return proxy
}
