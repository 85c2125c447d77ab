/** Draws from a seed: the same seed draws the same, on every machine. */
export interface Draw {
  /** From 0 to below 1. */
  readonly unit: () => number
  readonly chance: (share: number) => boolean
  /** From `least` to below `most`, each alike. */
  readonly between: (least: number, most: number) => number
  /** A whole number from `least` to `most`, both included. */
  readonly whole: (least: number, most: number) => number
  /** From `least` to below `most`, each order of magnitude alike. */
  readonly logUniform: (least: number, most: number) => number
  readonly pick: <T>(list: readonly [T, ...T[]]) => T
}

/**
 * mulberry32: 32 bits of state are plenty for a run, and its arithmetic is exact everywhere. `stream` names one of several
 * independent sequences of the same seed.
 */
export function createDraw(seed: number, stream: string): Draw {
  let state = [...stream].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    seed ^ 0x9e3779b9
  )
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    unit,
    chance: share => unit() < share,
    between: (least, most) => least + (most - least) * unit(),
    whole: (least, most) => least + Math.floor((most - least + 1) * unit()),
    logUniform: (least, most) => least * (most / least) ** unit(),
    pick: list => list[Math.floor(list.length * unit())] as (typeof list)[0]
  }
}
