import { styleText } from 'node:util'

/** What a person sees of a step's log on GitHub. */
export interface RunnerLog {
  /** Takes a piece of what the step printed, and gives the lines that are complete by now, as GitHub shows them. */
  write(text: string): string
  /** The titles of the error annotations so far. */
  readonly errors: readonly string[]
}

export interface RunnerLogOptions {
  /** Shows debug lines, and what is in groups, which are folded at first. */
  readonly verbose?: boolean
  /** What colors a text: by default as the terminal allows it. */
  readonly color?: (color: 'red' | 'yellow' | 'blue' | 'gray', text: string) => string
}

/** `::error title=A job failed::The job …`: the runner's commands, by the documentation of its toolkit. */
const COMMAND = /^::(?<name>[\w-]+)(?: (?<properties>.*?))?::(?<data>.*)$/
const ANNOTATIONS = { error: 'red', warning: 'yellow', notice: 'blue' } as const

export function createRunnerLog({ verbose = false, color = styleText }: RunnerLogOptions = {}): RunnerLog {
  const errors: string[] = []
  let rest = ''
  let isFolded = false

  /** The line as it is shown; null where it is not. */
  function show(line: string): string | null {
    const { name = '', properties = '', data = '' } = COMMAND.exec(line)?.groups ?? {}
    if (name in ANNOTATIONS) return annotate(name as keyof typeof ANNOTATIONS, properties, unescaped(data))
    switch (name) {
      case '':
        return isFolded && !verbose ? null : line
      case 'group':
        isFolded = true
        return `▸ ${unescaped(data)}`
      case 'endgroup':
        isFolded = false
        return null
      case 'debug':
        return verbose ? color('gray', `debug: ${unescaped(data)}`) : null
      default:
        return null
    }
  }

  function annotate(level: keyof typeof ANNOTATIONS, properties: string, text: string): string {
    const title = /(?:^|,)title=([^,]*)/.exec(properties)?.[1] ?? ''
    if (level === 'error') errors.push(unescaped(title))
    return color(ANNOTATIONS[level], `${level.charAt(0).toUpperCase()}${level.slice(1)}: ${text}`)
  }

  return {
    errors,
    write(text) {
      const lines = `${rest}${text}`.split(/\r?\n/)
      rest = lines.pop() ?? ''
      const shown = lines.map(show).filter(line => line !== null)
      return shown.map(line => `${line}\n`).join('')
    }
  }
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { '0A': '\n', '0D': '\r', '25': '%', '2C': ',', '3A': ':' }
  return text.replaceAll(/%(0A|0D|25|2C|3A)/g, (_, code: string) => characters[code] ?? '')
}
