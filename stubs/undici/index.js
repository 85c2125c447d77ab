/**
 * Stands in for undici, three quarters of the bundle, which `@actions/http-client` imports for `getAgentDispatcher`. Nothing
 * here calls that (`__tests__/unit/bundle.test.ts`).
 */
export class ProxyAgent {
  constructor() {
    throw new Error('undici is left out of this action: see stubs/')
  }
}
