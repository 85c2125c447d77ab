import mermaid from 'mermaid'

/** What Mermaid's own parser takes a chart for; throws what it finds wrong. */
export async function diagramTypeOf(chart: string): Promise<string> {
  const { diagramType } = await mermaid.parse(chart.replace(WANTS_A_PAGE, ''))
  return diagramType
}

/** The one statement, always the same, of which the parser can make nothing without a browser. */
const WANTS_A_PAGE = /^ *accTitle: The states of the jobs over time\n/m
