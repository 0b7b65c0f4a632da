import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Uid } from '../api/types.ts'
import { CopyId } from './copy.tsx'
import { useNameOf } from './use-name-of.ts'

/** Who did something: by name and with a link when it is a person of the directory, else by id. */
export function Somebody({ uid }: { uid: Uid | null }): ReactElement {
  const name = useNameOf(uid?.type, uid?.id ?? '')
  if (uid === null) return <span className="text-muted">nobody</span>
  return (
    <>
      {name === undefined ? null : (
        <Link to="/people/{-$id}" params={{ id: uid.id }} className="block text-accent hover:underline">
          {name}
        </Link>
      )}
      <CopyId id={`${uid.type}::"${uid.id}"`} />
    </>
  )
}
