import type { ReactElement } from 'react'
import type { Policy } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code-editor.tsx'
import { Icon } from '../../ui/icons.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'

interface ConflictProps {
  readonly theirs: Policy
  readonly onTake: () => void
  readonly onOverwrite: () => void
}

/** Two people saved the same policy: shows the version that is there now, and lets the second of them choose. */
export function Conflict({ theirs, onTake, onOverwrite }: ConflictProps): ReactElement {
  return (
    <div role="alert" className="flex min-w-0 flex-col gap-2 rounded-md border border-warn/50 bg-warn-soft p-3">
      <p className="flex gap-2">
        <Icon name="warning" className="mt-0.5 text-warn" />
        <span>
          Somebody saved version {theirs.version}, <RelativeTime at={theirs.updatedAt} />, after you began. Nothing of
          yours was saved. This is theirs:
        </span>
      </p>
      <CodeEditor label="The version saved meanwhile" value={theirs.text} />
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>Take theirs</Button>
        <Button look="danger" onClick={onOverwrite}>
          Save mine over version {theirs.version}
        </Button>
      </div>
    </div>
  )
}
