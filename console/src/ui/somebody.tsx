import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { meQuery, personQuery } from '../api/queries.ts'
import type { Uid } from '../api/types.ts'
import { CopyId } from './copy.tsx'

/** Who did something: by name and with a link when it is a person of the directory, else by id. */
export function Somebody({ uid }: { uid: Uid | null }): ReactElement {
  const me = useQuery(meQuery)
  const isPerson = uid?.type === 'Person' && me.data?.actions.includes('listPeople') === true
  const person = useQuery({ ...personQuery(uid?.id ?? ''), enabled: isPerson, retry: false, staleTime: 60_000 })
  if (uid === null) return <span className="text-muted">nobody</span>
  return (
    <>
      {person.data === undefined ? null : (
        <Link to="/people/{-$id}" params={{ id: uid.id }} className="block text-accent hover:underline">
          {person.data.name}
        </Link>
      )}
      <CopyId id={`${uid.type}::"${uid.id}"`} />
    </>
  )
}
