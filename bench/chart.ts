import * as echarts from 'echarts'

export type Side = 'left' | 'right' | 'top' | 'bottom'

/** One contender on a chart. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Drawn as what the chart is about. */
  readonly ours?: boolean
  /** On which side of its point the name is: on the right, if not given. */
  readonly side?: Side
  /** A limit rather than a contender. */
  readonly limit?: boolean
}

export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: readonly Series[]
}

const SIZE = { width: 860, height: 480 }
const OURS = ['#c2410c', '#ea9a1a']
const OTHERS = ['#1d4ed8', '#0e7490', '#15803d', '#7c3aed', '#be185d', '#475569', '#0891b2', '#4d7c0f']
const MARGIN = { left: 70, right: 190, top: 60, bottom: 60 }

/** Points with their names next to them, both axes logarithmic. */
export function scatter(plot: Plot): string {
  return draw(plot, (series, color) =>
    series.limit
      ? { type: 'line', showSymbol: false, lineStyle: { type: 'dashed', color }, endLabel: nameLabel(color) }
      : {
          type: 'scatter',
          symbolSize: series.ours ? 16 : 10,
          itemStyle: { color },
          label: nameLabel(color, series.side)
        }
  )
}

/** Lines with their names at the end, both axes logarithmic. */
export function lines(plot: Plot): string {
  return draw(plot, (series, color) => ({
    type: 'line',
    symbolSize: series.ours ? 8 : 5,
    itemStyle: { color },
    lineStyle: { color, width: series.ours ? 3.5 : 1.5, type: series.limit ? 'dashed' : 'solid' },
    endLabel: nameLabel(color),
    labelLayout: { moveOverlap: 'shiftY' }
  }))
}

function draw({ title, x, y, series }: Plot, styleOf: (series: Series, color: string) => object): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  const mine = series.filter(({ ours }) => ours)
  const others = series.filter(({ ours }) => !ours)
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif' },
    title: { text: title, left: MARGIN.left, top: 14, textStyle: { fontSize: 16, color: '#111827' } },
    grid: MARGIN,
    xAxis: axis(x, 34),
    yAxis: axis(y, 46),
    series: series.map(one => {
      const color = one.ours ? OURS[mine.indexOf(one) % OURS.length] : OTHERS[others.indexOf(one) % OTHERS.length]
      return {
        name: one.name,
        data: one.points,
        z: one.ours ? 3 : 2,
        ...styleOf(one, one.limit ? '#9ca3af' : `${color}`)
      }
    })
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function axis(name: string, gap: number): object {
  return {
    type: 'log',
    name,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: '#374151', fontSize: 13 },
    axisLabel: { color: '#374151' },
    splitLine: { lineStyle: { color: '#e5e7eb' } }
  }
}

function nameLabel(color: string, position: Side = 'right'): object {
  return { show: true, formatter: '{a}', position, distance: 7, color, fontSize: 12 }
}
