import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { meQuery, servicesQuery } from '../api/queries.ts'
import type { Uid } from '../api/types.ts'
import { uidText } from '../lib/uid.ts'
import { useNameOf } from './use-name-of.ts'

const LINK = 'text-accent hover:underline'

interface SubjectProps {
  readonly uid: Uid
  /** When it is known already. */
  readonly name?: string | null | undefined
}

/** Somebody or something within a sentence or a cell: people, services and groups by name and with a link, the rest as Cedar writes it. */
export function Subject({ uid, name }: SubjectProps): ReactElement {
  if (uid.type === 'Person') return <PersonName uid={uid} name={name} />
  if (uid.type === 'Service') return <ServiceName uid={uid} name={name} />
  if (uid.type === 'Group') {
    return (
      <span title={uidText(uid)}>
        <Link to="/groups/{-$id}" params={{ id: uid.id }} className={LINK}>
          {uid.id}
        </Link>{' '}
        <span className="text-xs text-muted">group</span>
      </span>
    )
  }
  return <code className="font-mono text-xs break-all">{uidText(uid)}</code>
}

function PersonName({ uid, name }: SubjectProps): ReactElement {
  const known = useNameOf(uid.type, uid.id, name ?? undefined)
  return (
    <Link to="/people/{-$id}" params={{ id: uid.id }} title={uidText(uid)} className={`${LINK} break-words`}>
      {known ?? <span className="font-mono text-xs">{`Person …${uid.id.slice(-8)}`}</span>}
    </Link>
  )
}

function ServiceName({ uid, name }: SubjectProps): ReactElement {
  const me = useQuery(meQuery)
  const enabled = (name ?? null) === null && me.data?.actions.includes('listServices') === true
  const services = useQuery({ ...servicesQuery, enabled, staleTime: 60_000 })
  const known = name ?? services.data?.items.find(({ id }) => id === uid.id)?.name
  return (
    <span title={uidText(uid)}>
      <Link to="/services/{-$id}" params={{ id: uid.id }} className={LINK}>
        {known ?? <span className="font-mono text-xs">{`…${uid.id.slice(-8)}`}</span>}
      </Link>{' '}
      <span className="text-xs text-muted">service</span>
    </span>
  )
}

/** Several in a row, with how many more there are. */
export function Subjects({ uids, total }: { uids: readonly Uid[]; total: number }): ReactElement {
  const more = total - uids.length
  return (
    <span className="break-words">
      {uids.map((uid, index) => (
        <span key={uidText(uid)}>
          {index === 0 ? '' : ', '}
          <Subject uid={uid} />
        </span>
      ))}
      {more > 0 ? (
        <span className="text-muted">{`${uids.length === 0 ? '' : ' and '}${more.toLocaleString('en-GB')} more`}</span>
      ) : null}
    </span>
  )
}
