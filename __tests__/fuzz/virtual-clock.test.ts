import { describe, expect, test } from '@jest/globals'
import { createVirtualClock } from '../../fuzz/virtual-clock.ts'

const NEVER = new AbortController().signal

describe('the virtual clock', () => {
  test('passes only from event to event, those of one time in the order in which they were asked for', async () => {
    const clock = createVirtualClock(100, 0)
    const seen: string[] = []
    clock.at(250, () => seen.push(`late at ${clock.now()}`))
    clock.at(150, () => seen.push(`first at ${clock.now()}`))
    clock.at(150, () => seen.push(`second at ${clock.now()}`))
    await clock.drain()
    expect(seen).toEqual(['first at 150', 'second at 150', 'late at 250'])
  })

  test('sleeps, and wakes at once when the signal aborts', async () => {
    const clock = createVirtualClock(0, 0)
    const stop = new AbortController()
    clock.at(40, () => stop.abort())
    await clock.run(clock.sleep(100, stop.signal))
    expect(clock.now()).toBe(40)
    await clock.run(clock.sleep(100, NEVER))
    expect(clock.now()).toBe(140)
    expect(clock.sleeping()).toBe(0)
  })

  test('counts the sleeps that have not ended', () => {
    const clock = createVirtualClock(0, 0)
    void clock.sleep(100, NEVER)
    expect(clock.sleeping()).toBe(1)
  })

  test('wakes late from a sleep that the machine slept through', async () => {
    const clock = createVirtualClock(0, 0)
    clock.at(50, () => clock.suspend(1_000))
    await clock.run(clock.sleep(100, NEVER))
    expect(clock.now()).toBe(1_050)
  })

  test('steps the wall clock alone', () => {
    const clock = createVirtualClock(5, 1_000)
    clock.stepWall(-400)
    expect([clock.now(), clock.wall()]).toEqual([5, 600])
  })

  test('says so where nothing can settle what is waited for', async () => {
    await expect(createVirtualClock(0, 0).run(new Promise(() => {}))).rejects.toThrow('hangs')
  })
})
