import { type ReactElement, useEffect, useRef } from 'react'
import type { Protection } from '../../../api/types.ts'
import { changesOf } from '../../../lib/protection-changes.ts'
import { settingLabel, valueWords } from '../../../lib/protection-words.ts'
import { Button } from '../../../ui/button.tsx'
import { DiffView } from '../../../ui/diff-view.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { weakened } from './weakened.ts'

interface ReviewProps {
  readonly before: Protection
  readonly after: Protection
  readonly confirm: string
  readonly busy: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** What a save would change: in words, what it opens, and line by line. Escape goes back. */
export function Review({ before, after, confirm, busy, onConfirm, onCancel }: ReviewProps): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus()
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const warnings = weakened(before, after)
  return (
    <div
      ref={box}
      role="group"
      tabIndex={-1}
      aria-label="What saving this would change"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
      className="flex min-w-0 flex-col gap-3 rounded-md border border-accent/40 bg-surface p-4"
    >
      <h2 className="text-sm font-semibold">Saving this would change</h2>
      {warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <ul className="flex flex-col gap-1">
        {changesOf(before, after).map(({ path, before: was, after: is }) => (
          <li key={path.join('.')} className="break-words">
            <span className="font-medium">{settingLabel(path)}</span>
            <span className="text-muted">
              {' '}
              {valueWords(was)} → {valueWords(is)}
            </span>
          </li>
        ))}
      </ul>
      <DiffView
        label="Line by line"
        old={JSON.stringify(before, null, 2)}
        now={JSON.stringify(inOrderOf(before, after), null, 2)}
      />
      <p className="text-xs text-muted">Every connected gateway has it within a second or two.</p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" busy={busy} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button onClick={onCancel}>Back</Button>
      </div>
    </div>
  )
}

/** The members of the second in the order of the first: their order says nothing, and would be a difference. */
function inOrderOf(before: unknown, after: unknown): unknown {
  if (Array.isArray(after))
    return after.map((each, index) => inOrderOf(Array.isArray(before) ? before[index] : null, each))
  if (typeof after !== 'object' || after === null) return after
  const first = (typeof before === 'object' ? (before ?? {}) : {}) as Record<string, unknown>
  const own = after as Record<string, unknown>
  const names = new Set([...Object.keys(first).filter((name) => Object.hasOwn(own, name)), ...Object.keys(own)])
  return Object.fromEntries([...names].map((name) => [name, inOrderOf(first[name], own[name])]))
}
