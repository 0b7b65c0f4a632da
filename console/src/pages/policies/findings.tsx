import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Finding, Position } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'

interface FindingsProps {
  readonly id: string
  readonly application: string
  readonly kind: 'policy' | 'schema'
  readonly findings: readonly Finding[]
  readonly valid: boolean
  readonly checking: boolean
  readonly onGo: (start: Position, end: Position) => void
}

/** What the validator said, in order; each line leads to its place in the text, or to the policy that it is in. */
export function Findings(props: FindingsProps): ReactElement {
  const { id, findings } = props
  return (
    <div id={id} className="flex flex-col gap-1">
      <p role="status" className="min-h-5">
        <Verdict {...props} />
      </p>
      {findings.length === 0 ? null : (
        <ul className="flex flex-col">
          {findings.map((finding) => (
            <li key={`${finding.policy ?? ''} ${finding.start?.offset ?? ''} ${finding.message}`}>
              <Line finding={finding} {...props} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Verdict({ kind, findings, valid, checking }: FindingsProps): ReactNode {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  if (checking) return <span className="text-muted">Checking</span>
  if (errors > 0) return <Status tone="bad">{count(errors, 'error')}</Status>
  if (findings.length > 0) return <Status tone="warn">{count(findings.length, 'warning')}</Status>
  if (!valid) return null
  return (
    <Status tone="good">
      {kind === 'policy' ? 'Valid against the schema' : 'Valid, and so is every policy under it'}
    </Status>
  )
}

const LINE = 'flex w-full gap-3 rounded-sm border-t border-line py-1.5 text-left hover:bg-sunken'

function Line({ finding, application, kind, onGo }: FindingsProps & { readonly finding: Finding }): ReactElement {
  const { policy, severity, start, end, message, help } = finding
  const color = severity === 'error' ? 'text-bad' : 'text-warn'
  const text = (
    <>
      <span className={`w-20 shrink-0 font-mono text-xs leading-5 ${color}`}>
        {start === null ? severity : `${start.line}:${start.column}`}
      </span>
      <span className="min-w-0 break-words">
        {kind === 'schema' && policy !== null ? <code className="font-mono text-xs">{policy}: </code> : null}
        {message}
        {help === null ? null : <span className="block text-muted">{help}</span>}
      </span>
    </>
  )
  if (kind === 'schema' && policy !== null) {
    return (
      <Link to="/permissions/policies/{-$app}/{-$name}" params={{ app: application, name: policy }} className={LINE}>
        {text}
      </Link>
    )
  }
  return (
    <button
      type="button"
      disabled={start === null}
      onClick={() => onGo(start ?? ORIGIN, end ?? start ?? ORIGIN)}
      className={LINE}
    >
      {text}
    </button>
  )
}

const ORIGIN: Position = { line: 1, column: 1, offset: 0 }
