import { type ReactElement, useEffect, useRef } from 'react'
import { ApiError } from '../../api/errors.ts'
import { Button } from '../../ui/button.tsx'
import { Difference, useDifference } from './difference.tsx'

interface SaveWithPreviewProps {
  readonly application: string
  readonly name: string
  readonly text: string | null
  /** "Saving this", "Deleting support-reads-orders". */
  readonly act: string
  readonly confirm: string
  readonly danger?: boolean
  readonly busy: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** What an act on a policy would change for whom, and the act itself. Escape goes back to the text. */
export function SaveWithPreview(props: SaveWithPreviewProps): ReactElement {
  const { application, name, text, act, confirm, danger = false, busy, onConfirm, onCancel } = props
  const query = useDifference({ application, name, text }, true)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div
      ref={box}
      role="group"
      tabIndex={-1}
      aria-label={`What ${act.toLowerCase()} would change`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
      className={`flex w-full min-w-0 flex-col gap-3 rounded-md border bg-surface p-3 ${danger ? 'border-bad/50' : 'border-accent/40'}`}
    >
      <h3 className="text-sm font-semibold">{act} would change</h3>
      <Difference application={application} name={name} text={text} query={query} />
      <div className="flex flex-wrap gap-2">
        {refuses(query.error) ? null : (
          <Button
            look={danger ? 'danger-primary' : 'primary'}
            busy={busy}
            disabled={query.isFetching}
            onClick={onConfirm}
          >
            {confirm}
          </Button>
        )}
        <Button onClick={onCancel}>{danger ? 'Keep' : 'Back to the text'}</Button>
      </div>
    </div>
  )
}

/** A text that is not valid cannot be saved either; whatever else went wrong with comparing is no reason not to. */
function refuses(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'policy_invalid'
}
