// Writes what the process has used, when it exits, to the file that BENCH_USAGE names.
import { writeFileSync } from 'node:fs'

const heap = []
const sample = () => {
  globalThis.gc?.()
  heap.push(process.memoryUsage().heapUsed)
}
if (globalThis.gc !== undefined) setTimeout(sample, 2_000).unref()

process.once('exit', () => {
  if (globalThis.gc !== undefined) sample()
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync(
    process.env.BENCH_USAGE,
    JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024, heap })
  )
})
