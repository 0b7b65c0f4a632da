import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Evaluation, Nearest, Uid } from '../../api/types.ts'
import { uidText } from '../../lib/uid.ts'
import { Icon } from '../../ui/icons.tsx'
import { Subject } from '../../ui/subject.tsx'
import { PolicyLink } from '../permissions/policy-link.tsx'

interface DecisionProps {
  readonly application: string
  readonly evaluation: Evaluation
  readonly principal: Uid | null
}

/** An answer and why: the policies that decided, those that failed to evaluate, and the one that came nearest to allowing. */
export function Decision({ application, evaluation, principal }: DecisionProps): ReactElement {
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
        <NearestPermit application={application} nearest={explanation.nearest} principal={principal} />
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

interface NearestProps {
  readonly application: string
  readonly nearest: Nearest
  readonly principal: Uid | null
}

/** The permit that lacked least: where it failed, what the values were, and what would make it hold. */
function NearestPermit({ application, nearest, principal }: NearestProps): ReactElement {
  const values = Object.entries(nearest.values ?? {})
  return (
    <div className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-muted">Nearest to allowing</h3>
      <p>
        <PolicyLink application={application} name={nearest.policy} />
      </p>
      <p className="break-words">
        failed at <code className="font-mono text-xs">{nearest.failed}</code>
      </p>
      {values.length === 0 ? null : (
        <dl aria-label="Values" className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 font-mono text-xs leading-5">
          {values.map(([path, value]) => (
            <div key={path} className="contents">
              <dt className="text-muted">{path}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {nearest.missing === undefined ? null : (
        <Missing application={application} missing={nearest.missing} principal={principal} />
      )}
    </div>
  )
}

function Missing({
  application,
  missing,
  principal,
}: {
  application: string
  missing: NonNullable<Nearest['missing']>
  principal: Uid | null
}): ReactElement {
  if (missing.what === 'membership') {
    const role = missing.in.find(({ type }) => type === 'Role')
    return (
      <p>
        Missing: <Subject uid={missing.of} /> would have to be in{' '}
        {missing.in.map((uid, index) => (
          <span key={uidText(uid)}>
            {index === 0 ? '' : ' or '}
            <Subject uid={uid} />
          </span>
        ))}
        .
        {role === undefined || principal === null ? null : (
          <>
            {' '}
            <Link
              to="/permissions/grants/{-$app}/{-$id}"
              params={{ app: application, id: 'new' }}
              search={{ principal: uidText(principal), role: role.id }}
              className="text-accent hover:underline"
            >
              Give the role
            </Link>
          </>
        )}
      </p>
    )
  }
  if (missing.what === 'entity') {
    return (
      <p>
        Missing: nothing is known of <Subject uid={missing.of} />. Store it, or hand its attributes in.
      </p>
    )
  }
  return (
    <p>
      Missing: the {missing.what} <code className="font-mono text-xs">{missing.name}</code>
      {missing.of === null ? (
        ' of the context'
      ) : (
        <>
          {' '}
          of <Subject uid={missing.of} />
        </>
      )}
      .
    </p>
  )
}
