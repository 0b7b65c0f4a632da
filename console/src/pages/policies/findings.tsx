import type { ReactElement } from 'react'
import type { Finding } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'

interface FindingsProps {
  readonly id: string
  readonly findings: readonly Finding[]
  readonly valid: boolean
  readonly checking: boolean
  readonly onGo: (finding: Finding) => void
}

/** What the validator said, in order; each line leads to its place in the text. */
export function Findings({ id, findings, valid, checking, onGo }: FindingsProps): ReactElement {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return (
    <div id={id} className="flex flex-col gap-1">
      <p role="status" className="min-h-5">
        {checking ? (
          <span className="text-muted">Checking</span>
        ) : errors > 0 ? (
          <Status tone="bad">{count(errors, 'error')}</Status>
        ) : findings.length > 0 ? (
          <Status tone="warn">{count(findings.length, 'warning')}</Status>
        ) : valid ? (
          <Status tone="good">Valid against the schema</Status>
        ) : null}
      </p>
      {findings.length === 0 ? null : (
        <ul className="flex flex-col">
          {findings.map((finding) => (
            <li key={`${finding.start.line}:${finding.start.column} ${finding.message}`}>
              <button
                type="button"
                onClick={() => onGo(finding)}
                className="flex w-full gap-3 rounded-sm border-t border-line py-1.5 text-left hover:bg-sunken"
              >
                <span
                  className={`w-16 shrink-0 font-mono text-xs leading-5 ${finding.severity === 'error' ? 'text-bad' : 'text-warn'}`}
                >
                  {finding.start.line}:{finding.start.column}
                </span>
                <span className="min-w-0 break-words">
                  {finding.message}
                  {finding.help === null ? null : <span className="block text-muted">{finding.help}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
