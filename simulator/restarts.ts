import type { Clock } from './clock.ts'

/** When the cluster's nodes restart: nothing is answered meanwhile, and connections break. */
export interface Restarts {
  /** Plans a restart in so many seconds of server time, for so many. */
  plan(inSeconds: number, seconds: number): void
  isDown(): boolean
}

export function createRestarts(clock: Clock): Restarts {
  const planned: { from: number; to: number }[] = []
  return {
    plan(inSeconds, seconds) {
      const from = clock.now() + inSeconds * 1000
      planned.push({ from, to: from + seconds * 1000 })
    },
    isDown() {
      const now = clock.now()
      return planned.some(({ from, to }) => from <= now && now < to)
    }
  }
}
