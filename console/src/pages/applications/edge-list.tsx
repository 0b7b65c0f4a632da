import type { ReactElement } from 'react'
import type { Application } from '../../api/types.ts'
import { isFresh } from '../../lib/time.ts'
import { Status } from '../../ui/badge.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { RelativeTime, useNow } from '../../ui/relative-time.tsx'

/** Every edge of an application: which service it runs as, whether its lease is fresh, and whether it has the newest epoch. */
export function EdgeList({ application }: { application: Application }): ReactElement {
  const now = useNow()
  if (application.edges.length === 0) {
    return (
      <div className="flex flex-col gap-2">
        <p className="text-muted">
          {application.builtin
            ? 'The control plane decides for itself; it needs no edge.'
            : 'Nothing has fetched these policies yet. Make credentials for the backend, then start it with the SDK in it:'}
        </p>
        {application.builtin ? null : (
          <CopyLine text={`npx holdfast services create ${application.id}-backend --application ${application.id}`} />
        )}
      </div>
    )
  }
  return (
    <ul>
      {application.edges.map((edge) => (
        <li
          key={`${edge.kind} ${edge.service}`}
          className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line py-1.5"
        >
          <div>
            <p className="font-medium">{edge.service}</p>
            <p className="text-xs text-muted">
              {edge.kind === 'gateway' ? 'Gateway' : 'SDK'}, epoch {edge.epoch}
              {edge.upToDate ? '' : ', behind'}
            </p>
          </div>
          <div className="text-right">
            {isFresh(edge.lastSeenAt, now) ? (
              <Status tone="good">lease fresh</Status>
            ) : (
              <Status tone="warn">lease lapsed</Status>
            )}
            <p className="text-xs text-muted">
              seen <RelativeTime at={edge.lastSeenAt} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}
