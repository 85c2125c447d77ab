import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const SHOWN = /(<!-- example: (\S+) -->\n```yaml\n)[\s\S]*?(?=^```$)/gm

/**
 * The document with each block below `<!-- example: file.yml -->` as that file in `docs/examples/` is now, without the
 * comment at its top, which is for readers of the file alone.
 */
export function withExamples(markdown: string): string {
  return markdown.replaceAll(SHOWN, (_, opening: string, name: string) => {
    const file = readFileSync(join('docs', 'examples', name), 'utf8')
    return `${opening}${file.replace(/^(#.*\n)+/, '')}`
  })
}

/** The examples that a document shows: names of files in `docs/examples/`. */
export function shownExamples(markdown: string): string[] {
  return [...markdown.matchAll(SHOWN)].map(([, , name = '']) => name)
}
