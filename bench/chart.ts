import * as echarts from 'echarts'

export type Side = 'left' | 'right' | 'top' | 'bottom'

/** What a chart is drawn for: a page with a light or a dark background. */
export const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** One contender on a chart. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Drawn as what the chart is about. */
  readonly ours?: boolean
  /** On which side of its point its name is: on the right, if not given. */
  readonly side?: Side
  /** A limit rather than a contender. */
  readonly limit?: boolean
}

export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  /** Where the axis begins; if not given, at a power of ten. */
  readonly leastX?: number
  readonly series: readonly Series[]
}

interface Palette {
  readonly page: string
  readonly title: string
  readonly text: string
  readonly grid: string
  readonly limit: string
  readonly ours: readonly string[]
  readonly others: readonly string[]
}

/** The backgrounds are GitHub's. Every colour of a name has a contrast of at least 4.5 to its background. */
const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    page: '#ffffff',
    title: '#1f2328',
    text: '#59636e',
    grid: '#d1d9e0',
    limit: '#6e7781',
    ours: ['#c2410c', '#a16207'],
    others: ['#1d4ed8', '#0e7490', '#15803d', '#7c3aed', '#be185d', '#475569', '#4338ca', '#4d7c0f']
  },
  dark: {
    page: '#0d1117',
    title: '#f0f6fc',
    text: '#9198a1',
    grid: '#3d444d',
    limit: '#9198a1',
    ours: ['#ff8c5a', '#eab308'],
    others: ['#79a8ff', '#39c5cf', '#56d364', '#c297ff', '#ff80bf', '#b1bac4', '#a5a3ff', '#b5d16a']
  }
}

const SIZE = { width: 860, height: 480 }
const MARGIN = { left: 70, right: 190, top: 60, bottom: 60 }

/** Points with their names next to them, both axes logarithmic. */
export function scatter(plot: Plot, theme: Theme): string {
  return draw(plot, theme, (series, color, label) =>
    series.limit
      ? { type: 'line', showSymbol: false, lineStyle: { type: 'dashed', color }, endLabel: label('right') }
      : {
          type: 'scatter',
          symbolSize: series.ours ? 16 : 10,
          itemStyle: { color, opacity: 1 },
          label: label(series.side ?? 'right')
        }
  )
}

/** Lines with their names at the end, both axes logarithmic. */
export function lines(plot: Plot, theme: Theme): string {
  return draw(plot, theme, (series, color, label) => ({
    type: 'line',
    symbol: 'circle',
    symbolSize: series.ours ? 8 : 5,
    itemStyle: { color },
    lineStyle: { color, width: series.ours ? 3.5 : 1.5, type: series.limit ? 'dashed' : 'solid' },
    endLabel: { ...label('right'), lineHeight: 13 },
    labelLayout: { moveOverlap: 'shiftY' }
  }))
}

type Label = (position: Side) => object
type StyleOf = (series: Series, color: string, label: Label) => object

function draw({ title, x, y, leastX, series }: Plot, theme: Theme, styleOf: StyleOf): string {
  const palette = PALETTES[theme]
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  const colors = new Map([
    ...pair(
      series.filter(({ ours, limit }) => ours && !limit),
      palette.ours
    ),
    ...pair(
      series.filter(({ ours, limit }) => !ours && !limit),
      palette.others
    )
  ])
  chart.setOption({
    animation: false,
    backgroundColor: palette.page,
    textStyle: { fontFamily: 'sans-serif' },
    title: { text: title, left: MARGIN.left, top: 14, textStyle: { fontSize: 16, color: palette.title } },
    grid: MARGIN,
    xAxis: { ...axis(x, 34, palette), ...(leastX === undefined ? {} : { min: leastX }) },
    yAxis: axis(y, 46, palette),
    series: series.map(one => {
      const color = colors.get(one) ?? palette.limit
      const style = styleOf(one, color, position => nameLabel(color, position, palette.page))
      return { name: one.name, data: one.points, z: one.ours ? 3 : 2, ...style }
    })
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function pair(series: readonly Series[], colors: readonly string[]): [Series, string][] {
  return series.map((one, index) => [one, colors[index % colors.length] as string])
}

function axis(name: string, gap: number, { text, grid }: Palette): object {
  return {
    type: 'log',
    name,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: text, fontSize: 13 },
    axisLabel: { color: text },
    axisLine: { lineStyle: { color: text } },
    axisTick: { lineStyle: { color: text } },
    splitLine: { lineStyle: { color: grid } }
  }
}

/** The background around the letters keeps lines from running through them. */
function nameLabel(color: string, position: Side, page: string): object {
  const outline = { textBorderColor: page, textBorderWidth: 4 }
  return { show: true, formatter: '{a}', position, distance: 7, color, fontSize: 12, ...outline }
}
