/** One fenced block of code. */
export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** The line of its opening fence, from 1. */
  readonly line: number
}

export interface Link {
  readonly target: string
  /** From 1. */
  readonly line: number
}

const FENCE = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```$/gm

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(({ index, 1: indent = '', 2: language = '', 3: text = '' }) => ({
    language,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
    line: lineAt(markdown, index)
  }))
}

/** The targets of links and images outside code. */
export function links(markdown: string): Link[] {
  const prose = withoutCode(markdown)
  return [...prose.matchAll(/\]\(([^)\s]+)\)|<(?:img|source)[^>]+src(?:set)?="([^"]+)"/g)].map(match => ({
    target: match[1] ?? match[2] ?? '',
    line: lineAt(prose, match.index)
  }))
}

/** The anchors of the headings, as GitHub makes them: lower case, hyphens for spaces, a number for what comes again. */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>()
  for (const [, heading = ''] of withoutBlocks(markdown).matchAll(/^#+ +(.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-')
    let anchor = slug
    for (let again = 1; found.has(anchor); again += 1) anchor = `${slug}-${again}`
    found.add(anchor)
  }
  return found
}

/** The lines, from 1, of rows that follow something other than a table's header: a blank line in a table ends it. */
export function tablesWithoutHead(markdown: string): number[] {
  const lines = withoutBlocks(markdown).split('\n')
  return lines.flatMap((line, index) => {
    const isFirst = line.startsWith('|') && !lines[index - 1]?.startsWith('|')
    return isFirst && !/^\|[\s:|-]+\|$/.test(lines[index + 1] ?? '') ? [index + 1] : []
  })
}

/** The text in backticks. */
export function codeSpans(markdown: string): string[] {
  return [...withoutBlocks(markdown).matchAll(/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/g)].map(([, , code = '']) => code.trim())
}

function withoutBlocks(markdown: string): string {
  return markdown.replace(FENCE, blank)
}

function withoutCode(markdown: string): string {
  return withoutBlocks(markdown).replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, blank)
}

/** Keeps the lines where they are. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
