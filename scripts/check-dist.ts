/** Builds the bundle anew and fails where `dist/` then differs from what is committed, byte for byte. */
import { execFileSync } from 'node:child_process'

execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
const changes = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { encoding: 'utf8' })
if (changes !== '') {
  console.error(`dist/ is not what the source builds to. Run "npm run build" and commit:\n${changes}`)
  process.exit(1)
}
console.log('dist/ is what the source builds to')
