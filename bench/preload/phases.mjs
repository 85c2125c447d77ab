// Writes when each phase of a run began, in ms since the process started, to the file that BENCH_PHASES names.
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'

const marks = { boot: performance.now() }
const mark = name => {
  marks[name] ??= performance.now()
}
subscribe('http.client.request.created', ({ request }) => {
  mark('load')
  request.once('socket', socket => {
    if (socket.encrypted) socket.once('secureConnect', () => mark('tls'))
  })
})
subscribe('http.client.response.finish', () => mark('answer'))
process.once('exit', () => {
  mark('exit')
  writeFileSync(process.env.BENCH_PHASES, JSON.stringify(marks))
})
