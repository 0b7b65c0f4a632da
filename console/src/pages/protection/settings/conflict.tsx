import type { ReactElement } from 'react'
import type { Protection, StoredProtection } from '../../../api/types.ts'
import { changesOf, rebase } from '../../../lib/protection-changes.ts'
import { settingLabel } from '../../../lib/protection-words.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'

interface ConflictProps {
  readonly base: StoredProtection
  readonly mine: Protection
  readonly theirs: StoredProtection
  readonly onMerge: (settings: Protection) => void
  readonly onTake: () => void
}

/** Somebody saved while this was being written: what they changed, and both ways on. Nothing is overwritten unseen. */
export function Conflict({ base, mine, theirs, onMerge, onTake }: ConflictProps): ReactElement {
  const { settings, contested } = rebase(base.settings, mine, theirs.settings)
  return (
    <div role="alert" className="flex min-w-0 flex-col gap-2 rounded-md border border-warn/50 bg-warn-soft p-3">
      <p className="flex gap-2">
        <Icon name="warning" className="mt-0.5 text-warn" />
        <span>
          Somebody saved version {theirs.version}, <RelativeTime at={theirs.changedAt} />, after you began. Nothing of
          yours was saved. They changed:
        </span>
      </p>
      <ul className="list-disc pl-10">
        {changesOf(base.settings, theirs.settings).map(({ path }) => (
          <li key={path.join('.')}>
            {settingLabel(path)}
            {contested.includes(path.join('.')) ? ' (so did you: yours is kept when you put yours on top)' : ''}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onMerge(settings)}>Put my changes on top of theirs</Button>
        <Button look="danger" onClick={onTake}>
          Take theirs and drop mine
        </Button>
      </div>
    </div>
  )
}
