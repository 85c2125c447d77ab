import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { INTERRUPTED, stopOnSignal } from '../../../src/runner/signals.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const
const listeners = () => SIGNALS.map(signal => process.listenerCount(signal))

let exit: ReturnType<typeof jest.spyOn>
let resources: ReturnType<typeof jest.spyOn>
let stop: AbortController
let ignore: () => void
let before: number[]

beforeEach(() => {
  exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
  resources = jest.spyOn(process, 'getActiveResourcesInfo').mockReturnValue([])
  before = listeners()
  stop = new AbortController()
  ignore = stopOnSignal(stop)
})
afterEach(() => {
  ignore()
  exit.mockRestore()
  resources.mockRestore()
})

test.each(SIGNALS)('the first %s stops the wait and lets it end by itself', signal => {
  process.emit(signal)
  expect(stop.signal.aborted).toBe(true)
  expect(exit).not.toHaveBeenCalled()
})

test('a second signal of any kind ends the process at once', () => {
  process.emit('SIGINT')
  process.emit('SIGTERM')
  expect(exit).toHaveBeenCalledWith(INTERRUPTED)
})

test('no listener is left once that is undone', () => {
  expect(listeners()).toEqual(before.map(count => count + 1))
  ignore()
  expect(listeners()).toEqual(before)
})
