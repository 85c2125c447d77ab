import { expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { startByteServer } from '../support/byte-server.ts'
import { BAD_SERVERS, type BadServer, UUID } from './bad-servers.ts'
import { annotationsOf } from './support.ts'

const VERDICTS = ['success', 'warning', 'partial-failures', 'error']

async function awaitFrom({ answer, onConnection, tls, secure = tls !== undefined, inputs, outcome }: BadServer) {
  const server = await startByteServer({
    onCall: answer,
    ...(tls === undefined ? {} : { tls }),
    ...(onConnection === undefined ? {} : { onConnection })
  })
  try {
    const step = await runAction({
      url: `${secure ? 'https' : 'http'}://127.0.0.1:${server.port}`,
      'job-key': UUID,
      timeout: '20s',
      'poll-interval': '1s',
      'unreachable-timeout': '1s',
      'fail-on': VERDICTS.includes(outcome) ? 'ERROR, PARTIAL_FAILURES' : 'NONE',
      ...inputs
    })
    return { ...step, calls: server.calls }
  } finally {
    await server.close()
  }
}

test.concurrent.each(BAD_SERVERS.map(server => [server.name, server.outcome, server] as const))(
  '%s: %s',
  async (_name, outcome, server) => {
    const step = await awaitFrom(server)
    expect([step.exitCode, step.outputs.outcome]).toEqual([server.exitCode, outcome])
    expect(step.stdout).toContain(server.says)
    expect(step.stderr).toBe('')
    expect(annotationsOf(step).filter(({ level }) => level === 'error')).toHaveLength(server.exitCode)
    const [least, most] = server.requests
    expect(step.calls.length).toBeGreaterThanOrEqual(least)
    expect(step.calls.length).toBeLessThanOrEqual(most)
  }
)
