import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Evaluation } from '../../api/types.ts'
import { Icon } from '../../ui/icons.tsx'

interface DecisionProps {
  readonly application: string
  readonly evaluation: Evaluation
}

/** An answer and why: the policies that decided, those that failed to evaluate, and the one that came nearest to allowing. */
export function Decision({ application, evaluation }: DecisionProps): ReactElement {
  const { decision, reasons, errors, explanation } = evaluation
  const allowed = decision === 'allow'
  return (
    <div
      role="status"
      className={`flex flex-col gap-2 rounded-md border p-3 ${allowed ? 'border-good/50' : 'border-bad/50'}`}
    >
      <p className={`flex items-center gap-2 text-base font-semibold ${allowed ? 'text-good' : 'text-bad'}`}>
        <Icon name={allowed ? 'check' : 'block'} />
        {allowed ? 'Allowed' : 'Denied'}
      </p>
      <p className="break-words">{explanation.text}</p>
      {reasons.length === 0 ? null : (
        <div>
          <h3 className="text-xs font-medium text-muted">Decided by</h3>
          <ul>
            {reasons.map(({ policy }) => (
              <li key={policy}>
                <PolicyLink application={application} name={policy} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {explanation.nearest === null ? null : (
        <div>
          <h3 className="text-xs font-medium text-muted">Nearest to allowing</h3>
          <PolicyLink application={application} name={explanation.nearest.policy} />
          <p className="break-words">
            failed at <code className="font-mono text-xs">{explanation.nearest.failed}</code>
          </p>
        </div>
      )}
      {errors.length === 0 ? null : (
        <div>
          <h3 className="text-xs font-medium text-muted">Could not be evaluated</h3>
          <ul>
            {errors.map(({ policy, message }) => (
              <li key={policy}>
                <PolicyLink application={application} name={policy} />: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function PolicyLink({ application, name }: { application: string; name: string }): ReactElement {
  return (
    <Link
      to="/policies/{-$app}/{-$name}"
      params={{ app: application, name }}
      search={{ try: 'open' }}
      className="font-mono text-xs break-all text-accent hover:underline"
    >
      {name}
    </Link>
  )
}
