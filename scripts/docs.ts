/** Writes all that is generated in the documents and in the reusable workflow: run it after a change of `action.yml` or an example. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { GENERATED_IN, renewed } from './generated.ts'

for (const file of globSync(GENERATED_IN)) {
  const text = readFileSync(file, 'utf8')
  if (renewed(text) === text) continue
  writeFileSync(file, renewed(text))
  console.log(`${file} has changed`)
}
