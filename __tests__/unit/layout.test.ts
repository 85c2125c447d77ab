import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'acorn'

/** What `src` holds, from the top floor down. Imports lead to a lower floor, or to another file of the same room. */
const FLOORS = [
  ['index.ts'],
  ['main.ts'],
  ['report'],
  ['inputs', 'ask'],
  ['http', 'runner', 'wait'],
  ['jobs', 'text', 'time']
]
const LONGEST_FILE = 250
const LONGEST_FUNCTION = 60

interface Import {
  readonly from: string
  readonly to: string
  /** Of the source that imports, from 1. */
  readonly line: number
}

const sources = new Map(
  globSync('src/**/*.ts').map(file => [file.replaceAll('\\', '/'), readFileSync(file, 'utf8')] as const)
)
const imports = [...sources].flatMap(importsOf)

test('src holds the rooms, and two files', () => {
  expect(new Set([...sources.keys()].map(roomOf))).toEqual(new Set(FLOORS.flat()))
})

test('every import leads to a lower floor, or stays in its room', () => {
  const wrong = imports.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(from) <= floorOf(to))
  expect(wrong.map(shown)).toEqual([])
})

test('no imports form a circle', () => {
  const circular = imports.filter(({ from, to }) => reachable(to).has(from))
  expect(circular.map(shown)).toEqual([])
})

test(`no file has more than ${LONGEST_FILE} lines`, () => {
  const long = [...sources].filter(([, text]) => text.trimEnd().split('\n').length > LONGEST_FILE)
  expect(long.map(([file]) => `${file} is too long`)).toEqual([])
})

test(`no function has more than ${LONGEST_FUNCTION} lines`, () => {
  const long = [...sources].flatMap(([file, text]) => {
    const tree = parse(stripTypeScriptTypes(text), { ecmaVersion: 'latest', sourceType: 'module', locations: true })
    return functionsIn(tree)
      .filter(({ start, end }) => end.line - start.line >= LONGEST_FUNCTION)
      .map(({ start }) => `${file}:${start.line} has a function that is too long`)
  })
  expect(long).toEqual([])
})

function importsOf([from, text]: readonly [string, string]): Import[] {
  return [...text.matchAll(/\b(?:from|import) *\(?'(\.[^']+)'/g)].map(({ 1: path = '', index }) => ({
    from,
    to: posix.join(posix.dirname(from), path),
    line: text.slice(0, index).split('\n').length
  }))
}

function roomOf(file: string): string {
  return file.split('/')[1] ?? ''
}

/** 0 is the lowest. */
function floorOf(file: string): number {
  return FLOORS.length - 1 - FLOORS.findIndex(rooms => rooms.includes(roomOf(file)))
}

function shown({ from, to, line }: Import): string {
  return `${from}:${line} imports ${to}`
}

/** The file itself, and all that its imports lead to. */
function reachable(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const { from, to } of imports) if (from === file) reachable(to, found)
  return found
}

interface Location {
  readonly start: { readonly line: number }
  readonly end: { readonly line: number }
}

function functionsIn(node: unknown): Location[] {
  if (Array.isArray(node)) return node.flatMap(functionsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type = '', loc } = node as { type?: string; loc?: Location }
  const own = /Function/.test(type) && loc !== undefined ? [loc] : []
  return [...own, ...Object.values(node).flatMap(functionsIn)]
}
