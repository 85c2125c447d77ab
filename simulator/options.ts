import type { Clock } from './clock.ts'
import type { Api } from './jobs.ts'

/** How the simulator behaves. Everything has a default. */
export interface SimulatorOptions {
  /**
   * The one server that it plays. Without it, all share the port as no real servers do, so that a test can have jobs of
   * several APIs: ONTAP then is at the root, and Unified Manager has no gateway to it.
   */
  plays?: Service
  /** 0, the default, takes any free port. */
  port?: number
  /** The address to listen on: `127.0.0.1` by default. */
  host?: string
  /** Serves HTTPS. With `requestCert`, a client whose certificate `ca` has signed needs no other credentials. */
  tls?: { key: string; cert: string; ca?: string; requestCert?: boolean }
  /** Who may call; without it, anyone. */
  credentials?: Credentials
  /** How many times faster than real time the servers run: with 60, a minute of theirs takes a second. 1 by default. */
  speed?: number
  /** The time of the servers, instead of `speed`. */
  clock?: Clock
  unifiedManager?: UnifiedManagerOptions
  ontap?: OntapOptions
  ontapSelect?: OntapSelectOptions
  netappConsole?: ConsoleOptions
  /** With it, and without `credentials`, only the unexpired tokens that the token server has issued open the others. */
  tokens?: TokenOptions
  /** A further path under which `/api` can be reached, such as a reverse proxy's `/storage/api`. Links do not show it. */
  root?: string
  /** Called when a request has been answered, or its connection is gone. */
  onRequest?: (request: ReceivedRequest) => void
}

/** The servers. NetApp Console has its backup service with it. */
export type Service = Exclude<Api, 'netapp-backup'> | 'oauth'

export type Credentials = { username: string; password: string } | { token: string }

/** `filtered`: as documented. `unfiltered`: ignores its filters. `refused`: answers 400 to every list. */
export type Lists = 'filtered' | 'unfiltered' | 'refused'

export interface UnifiedManagerOptions {
  /**
   * `specified`, the default: the lifecycle in `state`, the verdict in `status`, in lower case, as in the OpenAPI
   * document. `documented`: the verdict in `state`, in capitals, as in the documentation.
   */
  form?: 'specified' | 'documented'
  /** What `poll_timeout` does: `held` (the default) waits for a change, `ignored` nothing, `refused` answers 400. */
  longPoll?: 'held' | 'ignored' | 'refused'
  lists?: Lists
  /** What the gateway does to the links in ONTAP's answers: `rewritten` to the gateway, which is the default. */
  gatewayLinks?: 'rewritten' | 'unchanged' | 'absent'
}

export interface OntapOptions {
  /** How many seconds of server time an ended job can still be found: 300 by default, as documented; 0 on FSx. */
  retention?: number
  lists?: Lists
  /**
   * Whether `_links` are sent. By default to a client that accepts `application/hal+json` or anything; those of a job in the
   * answer that accepts a call are always sent.
   */
  hal?: boolean
  /** What an answer says of a job that `return_timeout` saw succeed: its `link` (the default), or the whole `job` too. */
  done?: 'link' | 'job'
  /** Whether the client's role may read jobs: `true` by default. If not, they are answered with 403. */
  mayReadJobs?: boolean
}

export interface OntapSelectOptions {
  /** Whether a job is sent as `{"record": {…}}`, which is the default. */
  wrapped?: boolean
}

export interface ConsoleOptions {
  /** The header that has the id of a call's job: `OnCloud-Request-Id` by default. */
  idHeader?: 'OnCloud-Request-Id' | 'X-Response_Id' | 'none'
}

export interface TokenOptions {
  /** `client` by default. */
  clientId?: string
  /** `secret` by default. */
  clientSecret?: string
  /** How long a token is valid, in real seconds: 3600 by default. */
  lifetime?: number
  /** Whether the answer says so in `expires_in`; `true` by default. */
  announced?: boolean
  /** Where the client's id and secret are accepted: in the `header`, in the `body`, or in `either`, which is the default. */
  clientIn?: 'header' | 'body' | 'either'
  /** The `audience` that a request must name, if it has to name one. */
  audience?: string
}

/** One request that the simulator received, in the order of arrival. */
export interface ReceivedRequest {
  method: string
  /** The path with its query, as it was sent. */
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
  /** The server that it was for, if for any. */
  api: Api | undefined
  /** When it arrived: real time, ms since the epoch, with a fraction. */
  at: number
  /** The status that was answered; 0 until then, and for ever if nothing was. */
  status: number
  /** Real ms from its arrival until its answer was sent or its connection was gone. */
  heldMs: number
}
