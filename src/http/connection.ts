import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { type Failure, RequestError } from './failure.ts'

/**
 * Two turns of the event loop: in the second, at the latest, every socket is read. The first may be past that already, and a
 * timer can fire before it: a request that is sent then would take bytes that were there before as its answer.
 */
export async function everySocketRead(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/** Resolves with a new connection once it can carry a request, its TLS agreed, and nothing has come over it unasked. */
export async function whenReady(connection: Socket, isTls: boolean): Promise<Socket> {
  const failed = new Promise<never>((_, reject) => {
    connection.on('error', reject).once('close', () => reject(new Error('the connection was closed')))
  })
  await Promise.race([failed, once(connection, isTls ? 'secureConnect' : 'connect').then(everySocketRead)])
  if (connection.readableLength === 0) return connection
  connection.destroy()
  throw new RequestError(UNASKED)
}

/** Why a new connection is not used on which something has already come. */
export const UNASKED: Failure = {
  why: 'other',
  what: 'the server sent an answer before it was asked anything',
  fatal: false,
  sent: false
}

/** Has an idle connection close as soon as anything comes over it. Returns whether nothing has come yet. */
export function closeWhenUnasked(idle: Duplex): boolean {
  idle.on('data', close).resume()
  return idle.readableLength === 0
}

/** Undoes `closeWhenUnasked` for a connection that is used again. */
export function expectAnswer(connection: Duplex): void {
  connection.off('data', close)
}

function close(this: Duplex): void {
  this.destroy()
}
