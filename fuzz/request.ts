import type { Exchange } from '../src/http/client.ts'
import type { Plan } from './responses.ts'
import type { Said, TroubleName } from './trouble.ts'

/** One request as the client makes it, with one token or, where that is refused, with another. Times are ms from the start of the wait. */
export interface Request {
  readonly askedAt: number
  /** When the question was put that it is part of: earlier for a further page of a list. */
  questionAt: number
  /** When the state in its answer was read. */
  readAt: number
  /** ms that the server was asked to hold its answer. */
  readonly hold: number
  readonly list: boolean
  /** Whether it asks for the details of an end. */
  readonly details: boolean
  /** Whether it asks about what shows an operation. */
  readonly beyond: boolean
  /** The jobs that it asks about, by their numbers. */
  readonly about: readonly number[]
  /** What its answer says of each job that it asks about, by the job's number. */
  said: ReadonlyMap<number, Said>
  /** Whether the server did as it should: it answered in time, truthfully and whole. */
  well: boolean
  /** `token`: the token had expired, or there was none. */
  trouble: TroubleName | 'cut' | 'broken' | 'timed out' | 'blind' | 'token' | null
  /** Whether something in front of the server answered instead of it. */
  page: boolean
  /** The connection broke, or a gateway gave up. */
  cut: boolean
  /** Whether it asks for more of a list. */
  readonly more: boolean
  /** Whether its answer contains the server's time. */
  dated: boolean
  /** What the server answers to it, with that hold, when it arrives. */
  readonly answer: (hold: number, arrivesAt: number) => Plan
  readonly attempts: Attempt[]
  /** When it ended; null while it has not, and forever if the client dropped it. */
  landedAt: number | null
  /** When it ended, answered or dropped. */
  overAt: number
  /** ms that its answer asks to be left alone, from when it landed. */
  floor: number
}

/** A request as it went out. */
export interface Attempt {
  readonly sentAt: number
  readonly authorization: string
  /** null while there is none. */
  exchange: Exchange | null
}

/** The jobs of a request, each with the same said of it. */
export function saying(numbers: Iterable<number>, said: Said): Map<number, Said> {
  return new Map([...numbers].map(number => [number, said]))
}
