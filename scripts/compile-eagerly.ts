/**
 * Makes V8 read the bundle once. V8 compiles a function in parentheses together with what surrounds it, and reads any other
 * twice: first for its end, then in full, when it is called. So those that are called in a wait for a job that is over
 * already are put in parentheses. Comments go, and what is not ASCII is escaped: one byte a character is read faster.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from '@babel/generator'
import { parse } from '@babel/parser'
import { createIdentity } from '../__tests__/support/x509.ts'
import { runAction } from '../simulator/runner.ts'
import { startSimulator } from '../simulator/server.ts'

/** A node of the syntax tree. */
interface Tree {
  readonly type: string
  readonly start: number
  readonly [member: string]: unknown
}

/** What Node writes of the functions of a run, as far as it matters here; the first range is the function itself. */
interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[]
    }[]
  }[]
}

const BUNDLE = 'dist/index.js'

const identity = createIdentity('localhost', { hosts: ['127.0.0.1'] })
const called = new Set([
  ...(await startsOfCalled({})),
  ...(await startsOfCalled({ tls: identity }, { 'ca-certificate': identity.cert }))
])
const { program } = parse(readFileSync(BUNDLE, 'utf8'), { sourceType: 'module' })
const { code } = generate(parenthesize(program) as typeof program, { comments: false })
writeFileSync(BUNDLE, `${code.replace(/[^\x00-\x7f]/g, escaped)}\n`)

/** Where each function starts that a run calls. */
async function startsOfCalled(
  server: Parameters<typeof startSimulator>[0],
  inputs: Readonly<Record<string, string>> = {}
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'await-job-calls-'))
  const { url, addJob, close } = await startSimulator(server)
  try {
    const { key } = addJob({ api: 'unified-manager', script: [{ after: 0, state: 'success' }] })
    const { exitCode, stdout } = await runAction(
      { url, 'job-key': key, username: 'admin', password: 'secret', ...inputs },
      { env: { NODE_V8_COVERAGE: folder } }
    )
    if (exitCode !== 0) throw new Error(`${BUNDLE} ended with ${exitCode}:\n${stdout}`)
    return readdirSync(folder)
      .flatMap(file => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage).result)
      .filter(script => script.url.endsWith(BUNDLE))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.slice(0, 1)))
      .flatMap(({ startOffset, count }) => (count > 0 ? [startOffset] : []))
  } finally {
    await close()
    rmSync(folder, { recursive: true })
  }
}

/** The tree with every function that was called in parentheses, but for methods, which cannot be. */
function parenthesize(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(parenthesize)
  if (!isTree(node)) return node
  const tree = Object.fromEntries(Object.entries(node).map(([name, member]) => [name, parenthesize(member)])) as Tree
  switch (tree.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return called.has(tree.start) ? inParentheses(tree) : tree
    case 'Program':
    case 'BlockStatement': {
      const statements = tree.body as readonly Tree[]
      const declarations = statements.filter(({ type, start }) => type === 'FunctionDeclaration' && called.has(start))
      const others = statements.filter(statement => !declarations.includes(statement))
      return { ...tree, body: [...declarations.map(asConstant), ...others] }
    }
    default:
      return tree
  }
}

/** A declaration as a constant: at the start of its block it is as good as hoisted. */
function asConstant(declaration: Tree): unknown {
  const init = inParentheses({ ...declaration, type: 'FunctionExpression' })
  return {
    type: 'VariableDeclaration',
    kind: 'const',
    declarations: [{ type: 'VariableDeclarator', id: declaration.id, init }]
  }
}

function inParentheses(expression: Tree): unknown {
  return { type: 'ParenthesizedExpression', expression }
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && 'type' in node
}

/** A character, or half of one, as it may stand in a string, a template or a pattern. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
