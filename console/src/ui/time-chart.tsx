import { type PointerEvent, type ReactElement, useState } from 'react'
import { axisOf } from '../lib/traffic.ts'

const WIDTH = 600
const HEIGHT = 140

/** One of the things that a chart shows: what it is called, and its look. */
export interface ChartLayer {
  readonly label: string
  /** `fill-...` for bars, `stroke-...` for lines. */
  readonly className: string
  /** The square beside its name: `bg-...`. */
  readonly swatch: string
  readonly dash?: string
}

export interface ChartPoint {
  readonly label: string
  /** One for each layer; null: nothing is known. */
  readonly values: readonly (number | null)[]
}

interface TimeChartProps {
  readonly label: string
  /** Bars upon one another, or lines. */
  readonly kind: 'bars' | 'lines'
  readonly layers: readonly ChartLayer[]
  readonly points: readonly ChartPoint[]
  readonly format: (value: number) => string
}

/** Numbers over time. The drawing is for the eye; the same numbers stand in the table below it, which opens. */
export function TimeChart({ label, kind, layers, points, format }: TimeChartProps): ReactElement {
  const [at, setAt] = useState<number | null>(null)
  const most = Math.max(0, ...points.map((point) => height(point, kind)))
  const ticks = axisOf(most)
  const top = ticks.at(-1) ?? 1
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT
  const width = WIDTH / Math.max(1, points.length)
  const shown = at === null ? undefined : points[at]
  const onMove = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const index = Math.floor(((event.clientX - box.left) / box.width) * points.length)
    setAt(index >= 0 && index < points.length ? index : null)
  }
  return (
    <figure className="flex min-w-0 flex-col gap-1 p-4" aria-label={label}>
      <figcaption className="flex min-h-4 flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {layers.map((layer, index) => (
          <span key={layer.label} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2.5 ${layer.swatch}`} />
            {layer.label}
            <span className="min-w-12 text-ink tabular-nums">
              {shown === undefined ? '' : text(shown.values[index] ?? null, format)}
            </span>
          </span>
        ))}
      </figcaption>
      <div className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-2 pt-2" aria-hidden="true">
        <div className="relative h-36 text-right text-xs text-muted tabular-nums">
          {ticks.map((tick) => (
            <span
              key={tick}
              style={{ top: `${(y(tick) / HEIGHT) * 100}%` }}
              className="absolute right-0 -translate-y-1/2"
            >
              {format(tick)}
            </span>
          ))}
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-36 w-full overflow-visible"
          onPointerMove={onMove}
          onPointerLeave={() => setAt(null)}
        >
          {ticks.map((tick) => (
            <line
              key={tick}
              x1={0}
              x2={WIDTH}
              y1={y(tick)}
              y2={y(tick)}
              vectorEffect="non-scaling-stroke"
              className={tick === 0 ? 'stroke-line-strong' : 'stroke-line'}
            />
          ))}
          {kind === 'bars'
            ? points.map((point, index) => (
                <Bar key={`bar ${String(index)}`} point={point} layers={layers} x={index * width} width={width} y={y} />
              ))
            : layers.map((layer, index) => (
                <path
                  key={layer.label}
                  d={lineOf(points, index, width, y)}
                  vectorEffect="non-scaling-stroke"
                  strokeWidth="1.5"
                  strokeDasharray={layer.dash}
                  strokeLinecap="round"
                  fill="none"
                  className={layer.className}
                />
              ))}
          {at === null ? null : (
            <line
              x1={(at + 0.5) * width}
              x2={(at + 0.5) * width}
              y1={0}
              y2={HEIGHT}
              vectorEffect="non-scaling-stroke"
              className="stroke-muted"
            />
          )}
          {/* All of it can be pointed at, also where nothing is drawn. */}
          <rect width={WIDTH} height={HEIGHT} fill="transparent" />
        </svg>
        <span />
        <div className="flex h-4 justify-between text-xs text-muted tabular-nums">
          <span>{points[0]?.label}</span>
          {shown === undefined ? (
            <span>{points[Math.floor(points.length / 2)]?.label}</span>
          ) : (
            <span className="font-medium text-ink">{shown.label}</span>
          )}
          <span>{points.at(-1)?.label}</span>
        </div>
      </div>
      <details className="text-xs">
        <summary className="cursor-pointer text-muted">{label}, as a table</summary>
        <div className="mt-2 max-h-60 overflow-y-auto">
          <table className="w-full text-right tabular-nums">
            <thead>
              <tr className="text-muted">
                <th scope="col" className="text-left font-medium">
                  Time
                </th>
                {layers.map((layer) => (
                  <th key={layer.label} scope="col" className="font-medium">
                    {layer.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.toReversed().map((point, index) => (
                <tr key={`row ${String(index)}`} className="border-t border-line">
                  <th scope="row" className="text-left font-normal">
                    {point.label}
                  </th>
                  {layers.map((layer, column) => (
                    <td key={layer.label}>{text(point.values[column] ?? null, format)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

interface BarProps {
  readonly point: ChartPoint
  readonly layers: readonly ChartLayer[]
  readonly x: number
  readonly width: number
  readonly y: (value: number) => number
}

function Bar({ point, layers, x, width, y }: BarProps): ReactElement[] {
  let below = 0
  return point.values.flatMap((value, index) => {
    if (value === null || value === 0) return []
    const from = below
    below += value
    const layer = layers[index]
    return [
      <rect
        key={layer?.label ?? index}
        x={x + width * 0.08}
        width={width * 0.84}
        y={y(below)}
        height={y(from) - y(below)}
        className={layer?.className}
      />,
    ]
  })
}

/** A line that breaks where nothing is known; a value alone is a short stroke. */
function lineOf(points: readonly ChartPoint[], layer: number, width: number, y: (value: number) => number): string {
  let open = false
  return points
    .map(({ values }, index) => {
      const value = values[layer] ?? null
      if (value === null) {
        open = false
        return ''
      }
      const place = `${((index + 0.5) * width).toFixed(1)} ${y(value).toFixed(1)}`
      const alone = !open && (points[index + 1]?.values[layer] ?? null) === null
      const step = open ? `L${place}` : `M${place}${alone ? 'h1' : ''}`
      open = true
      return step
    })
    .join('')
}

function height({ values }: ChartPoint, kind: 'bars' | 'lines'): number {
  const known = values.filter((value) => value !== null)
  return kind === 'bars' ? known.reduce((sum, value) => sum + value, 0) : Math.max(0, ...known)
}

function text(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value)
}
