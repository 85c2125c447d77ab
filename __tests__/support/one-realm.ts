import { types } from 'node:util'

/** Node's own errors are of another realm than a test's `Error`: makes `instanceof Error` true of them, as it is outside. */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: typeof Error, value: unknown): boolean {
    return this === Error ? types.isNativeError(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  }
})
