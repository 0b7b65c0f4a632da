import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { connectionsQuery } from '../../api/identity-queries.ts'
import type { Connection } from '../../api/types.ts'
import { providerName } from '../../lib/connection-draft.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { ConnectionPanel } from './connection-panel.tsx'
import { CreateConnection } from './create-connection.tsx'
import { SignInPage } from './frame.tsx'

const route = getRouteApi('/sign-in/connections/{-$id}')

const columns: readonly Column<Connection>[] = [
  {
    id: 'name',
    header: 'Connection',
    value: (connection) => connection.name,
    cell: (connection) => <span className="font-medium">{connection.name}</span>,
  },
  {
    id: 'preset',
    header: 'Provider',
    value: (connection) => connection.preset,
    cell: (connection) => providerName(connection.preset),
    from: 'sm',
  },
  {
    id: 'issuer',
    header: 'Issuer',
    value: (connection) => connection.issuer,
    cell: (connection) => <span className="font-mono text-xs break-all">{connection.issuer}</span>,
    from: 'lg',
  },
  {
    id: 'domains',
    header: 'Domains',
    cell: (connection) => connection.domains.join(', ') || <span className="text-muted">any</span>,
    from: 'md',
  },
  {
    id: 'linked',
    header: 'Linked',
    value: (connection) => connection.linked,
    cell: (connection) => connection.linked,
    align: 'right',
    from: 'sm',
  },
  {
    id: 'state',
    header: 'State',
    value: (connection) => String(connection.enabled),
    cell: (connection) => <ConnectionState connection={connection} />,
  },
]

export function ConnectionState({ connection }: { connection: Connection }): ReactElement {
  return connection.enabled ? <Status tone="good">on</Status> : <Status tone="quiet">off</Status>
}

/** The providers by which people may sign in. */
export function ConnectionsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const connections = useQuery(connectionsQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <SignInPage
      actions={
        may('createConnection') ? (
          <Button look="primary" icon="plus" onClick={() => open('+')}>
            Add connection
          </Button>
        ) : undefined
      }
      panel={
        id === undefined ? null : id === '+' ? (
          <CreateConnection onClose={() => open(undefined)} onCreated={open} />
        ) : (
          <ConnectionPanel
            key={id}
            connection={connections.data?.items.find((each) => each.id === id)}
            loading={connections.isPending}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <Answer query={connections}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title="People sign in here only"
              command="npx holdfast identity connections create google --preset google --client-id ID"
            >
              A connection lets people sign in with an account that they have already: Google, Microsoft, GitHub, Okta,
              or any other OpenID Connect provider. Add one above, or on the command line:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Connections"
                columns={columns}
                rows={items}
                rowId={(each) => each.id}
                selected={id}
                onOpen={(each) => open(each.id)}
              />
            </div>
          )
        }
      </Answer>
    </SignInPage>
  )
}
