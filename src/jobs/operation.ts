import type { Api } from './api.ts'

/**
 * Work that a job only starts, and that continues after the job's success: a volume move, for example. It has ended when
 * the state of a resource says so. A further operation is one more entry in the list of its API.
 */
export interface Operation {
  /** As the `until` input has it. */
  readonly name: string
  /** As a person calls it. */
  readonly title: string
  /** The API whose jobs start such operations. */
  readonly api: Api
  /** The states that the input may name after `=`, in lower case; absent where it takes none. */
  readonly targets?: readonly string[]
  /** Paths, under the API's root, of the calls that start such an operation. */
  readonly calls: RegExp
  /** The key of the resource that such a path names; null where it names none. */
  readonly keyIn: (path: string) => string | null
  /**
   * The resource as something to wait for, like a job. `target` is the state to wait for, null for the usual one; `since`
   * (epoch ms on the server's clock) is the time of the call, null where there was none: a state from before is pending.
   */
  readonly resource: (target: string | null, since: number | null) => Api
}
