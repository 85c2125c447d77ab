// A simple poller: requests JOB_URL every INTERVAL seconds until the job has finished.
import { setTimeout } from 'node:timers/promises'

const isOver = async () => (await (await fetch(process.env.JOB_URL)).json()).state === 'completed'
while (!(await isOver())) await setTimeout(Number(process.env.INTERVAL) * 1_000)
