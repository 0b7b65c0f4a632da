import type { ReactElement } from 'react'
import type { AccessChange } from '../../api/types.ts'
import { describeChange } from '../../lib/access-changes.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'

/** What changed, the newest first: what, whom it is about, when, and by whom. */
export function ChangeList({ changes }: { changes: readonly AccessChange[] }): ReactElement {
  if (changes.length === 0) return <p className="text-muted">Nothing is recorded.</p>
  return (
    <ol className="flex flex-col gap-2">
      {changes.map((change, index) => (
        <li key={`${change.at} ${index}`} className="break-words">
          {describeChange(change)} <Subject uid={change.subject} />
          <span className="block text-xs text-muted">
            <RelativeTime at={change.at} />
            {change.by === null ? (
              ' by Holdfast itself'
            ) : (
              <>
                {' '}
                by <Subject uid={change.by} name={change.byName} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
