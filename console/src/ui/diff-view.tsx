import { type ReactElement, useMemo } from 'react'
import { lineDiff, nearChanges } from '../lib/line-diff.ts'
import { count } from '../lib/words.ts'

const looks = { same: '', added: 'bg-accent-soft', removed: 'bg-bad-soft' } as const
const signs = { same: ' ', added: '+', removed: '−' } as const

interface DiffViewProps {
  readonly label: string
  readonly old: string
  readonly now: string
  /** All lines, not only those near a change. */
  readonly whole?: boolean
}

/** Two texts line by line: − what only the old one has, + what only the new one has. */
export function DiffView({ label, old, now, whole = false }: DiffViewProps): ReactElement {
  const parts = useMemo(() => {
    // Nothing at all is no line, not even an empty one.
    const lines = lineDiff(old, now).filter(({ kind, text }) => old !== '' || kind !== 'removed' || text !== '')
    return whole ? [{ lines }] : nearChanges(lines)
  }, [old, now, whole])
  return (
    <pre
      role="region"
      aria-label={label}
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md border border-line bg-sunken py-2 font-mono text-xs leading-5"
    >
      {parts.map((part, index) =>
        'skipped' in part ? (
          <span key={`part ${String(index)}`} className="block px-3 text-muted italic">
            {`… ${count(part.skipped, 'line')} alike`}
          </span>
        ) : (
          part.lines.map(({ kind, text }, row) => (
            <span key={`part ${String(index)} ${String(row)}`} className={`block w-max min-w-full px-3 ${looks[kind]}`}>
              {`${signs[kind]} ${text}`}
            </span>
          ))
        ),
      )}
    </pre>
  )
}
