import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { connectionsQuery } from '../../api/identity-queries.ts'
import type { Connection } from '../../api/types.ts'
import { providerName } from '../../lib/connection-draft.ts'
import { Status } from '../../ui/badge.tsx'
import { countColumn, nameColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import type { Column } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { ConnectionPanel } from './connection-panel.tsx'
import { CreateConnection } from './create-connection.tsx'
import { SignInPage } from './frame.tsx'

const route = getRouteApi('/sign-in/connections/{-$id}')

const columns: readonly Column<Connection>[] = [
  nameColumn('Connection', (connection) => connection.name),
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
  countColumn('linked', 'Linked', (connection) => connection.linked, 'sm'),
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
    <ListPage
      frame={(parts) => <SignInPage {...parts} />}
      label="Connections"
      one="connection"
      query={connections}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{
        label: 'Add connection',
        may: may('createConnection'),
        form: <CreateConnection onClose={() => open(undefined)} onCreated={open} />,
      }}
      panel={(connection, close) => <ConnectionPanel connection={connection} onClose={close} />}
      empty={
        <EmptyState
          title="People sign in here only"
          command="npx holdfast identity connections create google --preset google --client-id ID"
        >
          A connection lets people sign in with an account that they have already: Google, Microsoft, GitHub, Okta, or
          any other OpenID Connect provider. Add one above, or on the command line:
        </EmptyState>
      }
    />
  )
}
