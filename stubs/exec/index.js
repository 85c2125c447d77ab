/**
 * Stands in for `@actions/exec`, which `@actions/core` imports for `getDetails`. Nothing here calls that
 * (`__tests__/unit/bundle.test.ts`), and without it nothing in the bundle can start another program.
 */
export async function getExecOutput() {
  throw new Error('@actions/exec is left out of this action: see stubs/')
}
