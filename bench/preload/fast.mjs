// Makes time run BENCH_SPEED times as fast for the program: its clocks and timers, not those inside Node.
const speed = Number(process.env.BENCH_SPEED)
const { setTimeout } = globalThis
const { now } = performance
const monotonic = now.bind(performance)
const origin = monotonic()
const wall = Date.now()
const elapsed = () => (monotonic() - origin) * speed

globalThis.setTimeout = (callback, ms, ...values) => setTimeout(callback, ms / speed, ...values)
performance.now = () => origin + elapsed()
Date.now = () => wall + elapsed()
