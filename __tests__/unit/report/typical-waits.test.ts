import { expect, test } from '@jest/globals'
import { play } from './play.ts'
import { TYPICAL_WAITS } from './typical-waits.ts'

test.each(Object.entries(TYPICAL_WAITS))('the whole log of a wait: %s', async (_title, wait) => {
  const { log } = await play(wait)
  expect(`\n${log}\n`).toMatchSnapshot()
})
