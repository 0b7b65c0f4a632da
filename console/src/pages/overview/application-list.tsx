import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { OverviewApplication } from '../../api/types.ts'
import { isFresh } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { RelativeTime, useNow } from '../../ui/relative-time.tsx'

/** Each application with its epoch and whether its edges still renew their leases. */
export function ApplicationList({ applications }: { applications: readonly OverviewApplication[] }): ReactElement {
  const now = useNow()
  if (applications.length === 0) return <p className="p-4 text-muted">No applications yet.</p>
  return (
    <ul>
      {applications.map((application) => (
        <li
          key={application.id}
          className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line px-4 py-1.5 last:border-b-0"
        >
          <Link
            to="/applications/{-$id}"
            params={{ id: application.id }}
            className="min-w-32 flex-1 font-medium hover:text-accent hover:underline"
          >
            {application.name}
          </Link>
          <span className="w-20 text-right text-muted tabular-nums">epoch {application.epoch}</span>
          <span className="w-20 text-right text-muted tabular-nums">{count(application.edges, 'edge')}</span>
          <span className="w-40 text-right">
            {application.lastSeenAt === null ? (
              <Status tone="quiet">no edge yet</Status>
            ) : isFresh(application.lastSeenAt, now) ? (
              <Status tone="good">lease fresh</Status>
            ) : (
              <Status tone="warn">
                seen <RelativeTime at={application.lastSeenAt} />
              </Status>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
