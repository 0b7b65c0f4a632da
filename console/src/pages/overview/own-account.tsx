import type { ReactElement } from 'react'
import type { Me } from '../../api/types.ts'
import { PersonSessions } from '../people/person-sessions.tsx'

/** The first page of whoever may not see the installation: what concerns them alone, which is where they are signed in. */
export function OwnAccount({ me }: { me: Me }): ReactElement {
  return (
    <div className="flex max-w-2xl flex-col gap-4 px-4 py-2">
      <p className="text-muted">
        No policy lets you see the state of this installation. These are your own sessions; revoke what you do not know.
      </p>
      {me.principal.type === 'Person' ? (
        <div className="overflow-hidden rounded-md border border-line bg-surface [&>section]:border-t-0">
          <PersonSessions person={{ id: me.principal.id, name: me.name }} />
        </div>
      ) : null}
    </div>
  )
}
