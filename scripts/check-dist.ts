/** Builds the bundle anew and fails where `dist/` differs from it, files that git does not know included. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const committed = mkdtempSync(join(tmpdir(), 'await-job-dist-'))
try {
  cpSync('dist', committed, { recursive: true })
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
  const names = new Set([...readdirSync(committed), ...readdirSync('dist')])
  const different = [...names].filter(name => read(join(committed, name)) !== read(join('dist', name)))
  const untracked = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { encoding: 'utf8' }).trim()
  if (different.length > 0) console.error(`dist/ is not what the source builds to: ${different.join(', ')}`)
  if (untracked !== '') console.error(`dist/ is not committed:\n${untracked}`)
  if (different.length > 0 || untracked !== '') {
    console.error('Run "npm run build" and commit dist/.')
    process.exitCode = 1
  } else {
    console.log('dist/ is what the source builds to')
  }
} finally {
  rmSync(committed, { recursive: true, force: true })
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
