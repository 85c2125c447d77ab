/** What fits into a bounded space: the first items as texts, and how many are left out. */
export interface Fitting {
  readonly kept: readonly string[]
  readonly left: number
}

/** As many of the items, put into words one by one, as fit into `room` together with one separator of `size` 1 or 2 each. */
export function fitting<Item>(
  items: readonly Item[],
  render: (item: Item) => string,
  room: number,
  sizeOf: (text: string) => number = Buffer.byteLength
): Fitting {
  const kept: string[] = []
  let free = room
  for (const [index, item] of items.entries()) {
    const text = render(item)
    free -= sizeOf(text) + sizeOf('\n')
    if (free < 0) return { kept, left: items.length - index }
    kept.push(text)
  }
  return { kept, left: 0 }
}
