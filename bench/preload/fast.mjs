// Makes time run BENCH_SPEED times as fast for the program: its clocks and timers, not those inside Node.
const speed = BigInt(process.env.BENCH_SPEED)
const { setTimeout } = globalThis
const { bigint } = process.hrtime
const origin = bigint()
const wall = Date.now()
const elapsed = () => (bigint() - origin) * speed

globalThis.setTimeout = (callback, ms, ...values) => setTimeout(callback, ms / Number(speed), ...values)
process.hrtime.bigint = () => origin + elapsed()
Date.now = () => wall + Number(elapsed() / 1_000_000n)
