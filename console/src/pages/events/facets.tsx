import { type ReactElement, type ReactNode, useState } from 'react'
import type { Facets } from '../../api/types.ts'
import type { EventFilters, FilterName } from '../../lib/event-filters.ts'
import { className } from '../../lib/ocsf.ts'
import { absoluteTime } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'
import { TextButton } from '../../ui/button.tsx'
import { useNameOf } from '../../ui/use-name-of.ts'

interface FacetListProps {
  readonly facets: Facets
  readonly filters: EventFilters
  readonly onChange: (name: FilterName, value: string) => void
  readonly nameOf: (id: string) => string | undefined
}

/** What the events that match are, counted; a click narrows to one value, another click takes that back. */
export function FacetList({ facets, filters, onChange, nameOf }: FacetListProps): ReactElement {
  const facet = (name: 'kind' | 'outcome' | 'actor' | 'application' | 'class', title: string, show: Shown) => (
    <Facet
      title={title}
      values={facets[name].map(({ value, count }) => ({ value: filterValue(name, value), whole: value, count }))}
      chosen={filters[name]}
      show={show}
      onChoose={(value) => onChange(name, value)}
    />
  )
  return (
    <div className="flex flex-col gap-4">
      {facet('outcome', 'Outcome', (value) => value)}
      {facet('kind', 'Kind', (value) => (
        <span className="font-mono">{value}</span>
      ))}
      {facet('actor', 'Actor', (value, whole) => (
        <ActorOf uid={whole} known={nameOf(value)} />
      ))}
      {facet('application', 'Application', (value) => value)}
      {facet('class', 'Class', (value) => className(value))}
      <p className="text-xs text-muted">
        {facets.complete || facets.since === null ? (
          `Of ${count(facets.counted, 'event')}.`
        ) : (
          <span title={absoluteTime(facets.since)}>
            {`Of the newest ${count(facets.counted, 'event')} only, since ${absoluteTime(facets.since)}: there are more than are counted at once.`}
          </span>
        )}
      </p>
    </div>
  )
}

type Shown = (value: string, whole: string) => ReactNode

interface FacetProps {
  readonly title: string
  readonly values: readonly { readonly value: string; readonly whole: string; readonly count: number }[]
  readonly chosen: string | undefined
  readonly show: Shown
  readonly onChoose: (value: string) => void
}

const FEW = 6

function Facet({ title, values, chosen, show, onChoose }: FacetProps): ReactElement | null {
  const [all, setAll] = useState(false)
  if (values.length === 0) return null
  const shown = all ? values : values.slice(0, FEW)
  return (
    <section aria-label={title}>
      <h2 className="mb-1 flex items-center justify-between gap-2 text-xs font-medium text-muted">
        {title}
        {values.length > FEW ? (
          <TextButton aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Fewer' : `All ${values.length}`}
          </TextButton>
        ) : null}
      </h2>
      <ul className="-mx-1.5">
        {shown.map(({ value, whole, count }) => (
          <li key={whole}>
            <button
              type="button"
              aria-pressed={chosen === value}
              title={whole}
              onClick={() => onChoose(chosen === value ? '' : value)}
              className="flex w-full items-baseline justify-between gap-2 rounded-sm px-1.5 py-0.5 text-left text-xs hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
            >
              <span className="min-w-0 truncate">{show(value, whole)}</span>
              <span className="text-muted tabular-nums">{count.toLocaleString('en-GB')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The filter that an actor's value stands for: `Person/<id>` is looked for by the id. */
function filterValue(name: FilterName, value: string): string {
  return name === 'actor' ? value.slice(value.indexOf('/') + 1) : value
}

function ActorOf({ uid, known }: { uid: string; known: string | undefined }): ReactElement {
  const end = uid.indexOf('/')
  const [type, id] = [uid.slice(0, end), uid.slice(end + 1)]
  const name = useNameOf(type, id, known)
  return name === undefined ? (
    <>
      {type} <span className="font-mono text-muted">{id.length > 12 ? `…${id.slice(-8)}` : id}</span>
    </>
  ) : (
    <>{name}</>
  )
}
