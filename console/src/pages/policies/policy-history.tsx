import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import type { AccessChange } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { DiffView } from '../../ui/diff-view.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'

interface PolicyHistoryProps {
  readonly application: string
  readonly name: string
  /** What stands in the editor now. */
  readonly text: string
  /** Brings an older text into the editor; absent: it cannot be changed. */
  readonly onTake?: ((text: string) => void) | undefined
}

interface Version {
  readonly key: string
  readonly number: string
  readonly text: string
  readonly change: AccessChange
}

const words = { added: 'written first', changed: 'changed', removed: 'deleted' } as const

/** Each version of a policy: who wrote it when, and how it differs from what stands in the editor. */
export function PolicyHistory({ application, name, text, onTake }: PolicyHistoryProps): ReactElement {
  const [open, setOpen] = useState<string | null>(null)
  const changes = useQuery({
    queryKey: ['access', application, 'history', 'policy', name],
    queryFn: async ({ signal }) => await access.history(application, { policy: name, limit: 100 }, signal),
  })
  return (
    <Answer query={changes}>
      {({ items }) => {
        const versions = items.filter(({ what }) => what === 'policy').map(versionOf)
        if (versions.length === 0) return <EmptyState title="Nothing is recorded of this policy yet" />
        return (
          <ol aria-label="Versions" className="rounded-md border border-line bg-surface">
            {versions.map((version) => (
              <li key={version.key} className="border-t border-line first:border-t-0">
                <button
                  type="button"
                  aria-expanded={open === version.key}
                  onClick={() => setOpen(open === version.key ? null : version.key)}
                  className="flex w-full flex-wrap gap-x-3 px-3 py-1.5 text-left hover:bg-sunken"
                >
                  <span className="w-20 font-medium">Version {version.number}</span>
                  <span className="min-w-0 flex-1 text-muted">
                    {words[version.change.change]} <RelativeTime at={version.change.at} />
                    {version.change.by === null
                      ? ' by Holdfast'
                      : ` by ${version.change.byName ?? version.change.by.type}`}
                  </span>
                </button>
                {open === version.key ? <VersionText version={version} text={text} onTake={onTake} /> : null}
              </li>
            ))}
          </ol>
        )
      }}
    </Answer>
  )
}

function VersionText({
  version,
  text,
  onTake,
}: {
  version: Version
  text: string
  onTake: PolicyHistoryProps['onTake']
}): ReactElement {
  const { by } = version.change
  return (
    <div className="flex flex-col gap-2 border-t border-line px-3 py-3">
      <p className="text-muted">
        {version.text === text
          ? 'The same as the text in the editor.'
          : 'Against the text in the editor: − only then, + only now.'}
        {by === null ? null : (
          <>
            {' '}
            By <Subject uid={by} name={version.change.byName} />.
          </>
        )}
      </p>
      <DiffView label={`Version ${version.number} against the editor`} old={version.text} now={text} whole />
      {onTake === undefined || version.text === text ? null : (
        <div>
          <Button onClick={() => onTake(version.text)}>Bring version {version.number} into the editor</Button>
        </div>
      )}
    </div>
  )
}

function versionOf(change: AccessChange): Version {
  const { version, text } = change.details
  return {
    key: `${change.at} ${change.change}`,
    number: typeof version === 'number' ? String(version) : '',
    text: typeof text === 'string' ? text : '',
    change,
  }
}
