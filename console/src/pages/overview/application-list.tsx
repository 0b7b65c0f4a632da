import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { OverviewApplication } from '../../api/types.ts'
import { isFresh } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { RelativeTime, useNow } from '../../ui/relative-time.tsx'

/** Each application with its epoch and whether its edges still renew their leases. */
export function ApplicationList({ applications }: { applications: readonly OverviewApplication[] }): ReactElement {
  if (applications.length === 0) return <p className="p-4 text-muted">No applications yet.</p>
  return (
    <ul>
      {applications.map((application) => (
        <li
          key={application.id}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 border-b border-line px-4 py-1.5 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_6rem_6rem_10rem]"
        >
          <Link
            to="/applications/{-$id}"
            params={{ id: application.id }}
            className="truncate font-medium hover:text-accent hover:underline"
          >
            {application.name}
          </Link>
          <span className="hidden text-right text-muted tabular-nums sm:inline">epoch {application.epoch}</span>
          <span className="hidden text-right text-muted tabular-nums sm:inline">
            {count(application.edges, 'edge')}
          </span>
          <span className="text-right">
            <Lease application={application} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Lease({ application: { id, lastSeenAt } }: { application: OverviewApplication }): ReactElement {
  const now = useNow()
  if (isFresh(lastSeenAt, now)) return <Status tone="good">lease fresh</Status>
  if (lastSeenAt !== null) {
    return (
      <Status tone="warn">
        seen <RelativeTime at={lastSeenAt} />
      </Status>
    )
  }
  // Holdfast's own application is decided by the control plane itself, without an edge.
  return id === 'holdfast' ? <span className="text-muted">built in</span> : <Status tone="quiet">no edge yet</Status>
}
