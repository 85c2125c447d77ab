// Writes what the process has used, when it exits, to the file that BENCH_USAGE names.
import { writeFileSync } from 'node:fs'

const heap = []
if (globalThis.gc !== undefined) {
  setInterval(() => {
    gc()
    heap.push(process.memoryUsage().heapUsed)
  }, 5_000).unref()
}

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync(
    process.env.BENCH_USAGE,
    JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024, heap })
  )
})
