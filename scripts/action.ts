import { readFileSync } from 'node:fs'
import { isMap, parseDocument, type Scalar, type YAMLMap } from 'yaml'

export interface Input {
  readonly name: string
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

export interface Output {
  readonly name: string
  readonly description: string
  readonly example: string
}

const action = parseDocument(readFileSync('action.yml', 'utf8'))

/** The inputs that `action.yml` declares, under the headings that are comments there. */
export function readInputs(): Map<string, Input[]> {
  const map = section('inputs')
  let group = ''
  const grouped = map.items.map(({ key, value }, index) => {
    group = (index === 0 ? map : key).commentBefore?.trim() ?? group
    return { group, input: { name: key.value, ...value.toJSON() } as Input }
  })
  const groups = Map.groupBy(grouped, ({ group }) => group)
  return new Map([...groups].map(([heading, members]) => [heading, members.map(({ input }) => input)]))
}

/** The outputs that `action.yml` declares; an example ends each description. */
export function readOutputs(): Output[] {
  return section('outputs').items.map(({ key, value }) => {
    const [description = '', example = ''] = String(value.get('description')).split('. Example: ')
    return { name: key.value, description, example }
  })
}

function section(name: string) {
  const map = action.get(name)
  if (!isMap(map)) throw new Error(`action.yml has no ${name}`)
  return map as unknown as { commentBefore: string | null; items: { key: Scalar<string>; value: YAMLMap }[] }
}
