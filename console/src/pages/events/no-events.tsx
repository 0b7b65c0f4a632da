import type { ReactElement } from 'react'
import { type EventFilters, isFiltered, usualDays } from '../../lib/event-filters.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

interface NoEventsProps {
  readonly filters: EventFilters
  readonly onWiden: () => void
}

export function NoEvents({ filters, onWiden }: NoEventsProps): ReactElement {
  if (!isFiltered(filters)) {
    return (
      <EmptyState title="No events yet" command={`curl -i ${location.origin}/api/v1/me`}>
        Whatever is done or refused is recorded here as it happens. Try it: a call without a credential is refused.
      </EmptyState>
    )
  }
  return (
    <EmptyState title="No event matches">
      <p>Events that match appear here as they are recorded.</p>
      {filters.query === undefined ? null : (
        <p className="mt-2">
          Words are found whole: <code className="font-mono text-xs">mia</code> finds no{' '}
          <code className="font-mono text-xs">mia2</code>. Addresses too, since they are looked up by a keyed hash.
        </p>
      )}
      {filters.since === undefined ? (
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <span>Only the last {usualDays} days were searched.</span>
          <Button onClick={onWiden}>Search everything that is kept</Button>
        </div>
      ) : null}
    </EmptyState>
  )
}
