import type { ReactElement } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { OverviewHour } from '../../api/types.ts'
import { hourOf } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'

/** Allowed and refused decisions by the hour, stacked; the same numbers stand in a table for readers of the screen. */
export function DecisionsChart({ series }: { series: readonly OverviewHour[] }): ReactElement {
  const data = series.map((point) => ({ ...point, label: hourOf(point.hour) }))
  const allowed = series.reduce((sum, point) => sum + point.allowed, 0)
  const refused = series.reduce((sum, point) => sum + point.refused, 0)
  if (allowed + refused === 0) {
    return (
      <p className="p-4 text-muted">
        Nothing was decided in the last 24 hours. Every decision of every edge is counted here.
      </p>
    )
  }
  return (
    <div className="p-4">
      <div className="mb-2 flex gap-4 text-xs text-muted">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2.5 bg-accent" /> Allowed {allowed.toLocaleString('en-GB')}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2.5 bg-bad" /> Refused {refused.toLocaleString('en-GB')}
        </span>
      </div>
      <div className="h-44" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height: 176 }}>
          <BarChart
            data={data}
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
            barCategoryGap="20%"
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis
              dataKey="label"
              tick={TICK}
              tickLine={false}
              axisLine={AXIS}
              interval="equidistantPreserveStart"
              minTickGap={24}
              height={20}
            />
            <YAxis tick={TICK} tickLine={false} axisLine={false} allowDecimals={false} width={44} />
            <Tooltip cursor={CURSOR} content={Hint} isAnimationActive={false} />
            <Bar dataKey="allowed" stackId="decisions" fill="var(--color-accent)" isAnimationActive={false} />
            <Bar dataKey="refused" stackId="decisions" fill="var(--color-bad)" isAnimationActive={false} />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <table className="sr-only">
        <caption>Decisions by the hour</caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Allowed</th>
            <th scope="col">Refused</th>
          </tr>
        </thead>
        <tbody>
          {data.map((point) => (
            <tr key={point.hour}>
              <th scope="row">{point.label}</th>
              <td>{point.allowed}</td>
              <td>{point.refused}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const TICK = { fill: 'var(--color-muted)', fontSize: 12 }
const AXIS = { stroke: 'var(--color-line-strong)' }
const CURSOR = { fill: 'var(--color-sunken)' }

interface HintProps {
  readonly active?: boolean
  readonly payload?: readonly { readonly payload?: OverviewHour & { readonly label: string } }[]
}

function Hint({ active, payload }: HintProps): ReactElement | null {
  const point = payload?.[0]?.payload
  if (active !== true || point === undefined) return null
  return (
    <div className="rounded-md border border-line bg-surface px-3 py-2 text-xs text-ink shadow-panel">
      <p className="font-medium">{point.label}</p>
      <p>{count(point.allowed, 'decision')} allowed</p>
      <p>{count(point.refused, 'decision')} refused</p>
    </div>
  )
}
