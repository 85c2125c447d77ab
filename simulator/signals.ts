import type { ChildProcess, StdioOptions } from 'node:child_process'

/** How a Node process is spawned, so that it can be sent signals. */
export interface Signals {
  /** Arguments for Node itself. */
  nodeOptions: readonly string[]
  stdio: StdioOptions
  send(child: ChildProcess, signal: NodeJS.Signals): void
}

/** Receives a signal by IPC: a process that does not listen to it ends, as it would of the signal. */
const RECEIVER = `process.on('message', signal => process.emit(signal, signal) || process.kill(process.pid, signal))
process.channel.unref()`

/** Signals are sent by `kill`, but on Windows by IPC: there `kill` ends a process that listens to the signal as well. */
export function signalsOf(platform: NodeJS.Platform): Signals {
  if (platform !== 'win32') {
    return { nodeOptions: [], stdio: 'pipe', send: (child, signal) => void child.kill(signal) }
  }
  return {
    nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(RECEIVER)}`],
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    send: (child, signal) => void (child.connected && child.send(signal))
  }
}
