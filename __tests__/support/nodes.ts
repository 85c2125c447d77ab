import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The oldest Node.js that the action runs on: what `act` may find on the `PATH`. */
const OLDEST = /^v20\./

/**
 * The Node.js that runs the tests and, where there is one, the oldest that the action runs on: `OLDEST_NODE`, which CI sets,
 * else the first of its version on the `PATH`.
 */
export const NODES: readonly [name: string, node: string][] = [
  ['the Node.js of the tests', process.execPath],
  ...oldestNodes().map((node): [string, string] => ['the oldest Node.js', node])
]

function oldestNodes(): string[] {
  const given = process.env.OLDEST_NODE
  if (given !== undefined) return [given]
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, file))
  return found.filter(path => existsSync(path) && OLDEST.test(versionOf(path))).slice(0, 1)
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' })
}
