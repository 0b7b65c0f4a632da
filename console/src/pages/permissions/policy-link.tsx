import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

const LINK = 'font-mono text-xs break-all text-accent hover:underline'

/** The name of a policy that decided. A grant of what a template permits is named `template/grant`, and leads to the grant. */
export function PolicyLink({ application, name }: { application: string; name: string }): ReactElement {
  const [policy = name, grant] = name.split('/')
  if (grant === undefined) {
    return (
      <Link
        to="/permissions/policies/{-$app}/{-$name}"
        params={{ app: application, name }}
        search={(previous: { try?: string }) => (previous.try === undefined ? {} : { try: previous.try })}
        className={LINK}
      >
        {name}
      </Link>
    )
  }
  return (
    <Link
      to="/permissions/grants/{-$app}/{-$id}"
      params={{ app: application, id: grant }}
      title={`Grant ${grant}`}
      className={LINK}
    >
      {`${policy}, by a grant`}
    </Link>
  )
}

export function PolicyLinks({ application, names }: { application: string; names: readonly string[] }): ReactElement {
  if (names.length === 0) return <span className="text-muted">none</span>
  return (
    <>
      {names.map((name, index) => (
        <span key={name}>
          {index === 0 ? '' : ', '}
          <PolicyLink application={application} name={name} />
        </span>
      ))}
    </>
  )
}
