import type { ReactElement, ReactNode } from 'react'

interface FigureItem {
  readonly name: ReactNode
  readonly value: string
  readonly note: ReactNode
}

/** A few numbers with their names, in a row where there is room. */
export function Figures({ label, items }: { label: string; items: readonly FigureItem[] }): ReactElement {
  return (
    <dl
      aria-label={label}
      className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line md:grid-cols-3 xl:grid-cols-5"
    >
      {items.map(({ name, value, note }, index) => (
        <div
          key={`figure ${String(index)}`}
          className="flex flex-col bg-surface px-4 py-3 last:odd:col-span-2 md:last:odd:col-span-1 md:last:col-span-2 xl:last:col-span-1"
        >
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-xl font-semibold tabular-nums">{value}</dd>
          <dd className="min-h-4 text-xs text-muted">{note}</dd>
        </div>
      ))}
    </dl>
  )
}
