import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { clientsQuery } from '../../api/identity-queries.ts'
import { Status } from '../../ui/badge.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { Answer } from '../../ui/loading.tsx'
import { useMay } from '../../ui/use-may.ts'

/** The OAuth clients of an application in short. */
export function SignInClients({ application }: { application: string }): ReactElement {
  const may = useMay(application)
  const clients = useQuery(clientsQuery(application))
  return (
    <Answer query={clients}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-muted">
            No OAuth client.{' '}
            {may('createClient') ? (
              <Link
                to="/applications/$app/clients/{-$id}"
                params={{ app: application, id: '+' }}
                className="text-accent hover:underline"
              >
                Register one
              </Link>
            ) : null}
          </p>
        ) : (
          <ul className="flex flex-col">
            {items.map((client) => (
              <li
                key={client.client_id}
                className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line py-1.5"
              >
                <div className="min-w-0">
                  <Link
                    to="/applications/$app/clients/{-$id}"
                    params={{ app: application, id: client.client_id }}
                    className="font-medium break-words text-accent hover:underline"
                  >
                    {client.client_name ?? client.client_id}
                  </Link>
                  <p>
                    <CopyId id={client.client_id} />
                  </p>
                </div>
                <div className="text-right">
                  {client.disabled ? <Status tone="refused">disabled</Status> : null}
                  <p className="text-xs text-muted">{client.preset}</p>
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
