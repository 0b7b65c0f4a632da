import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { clientsQuery } from '../../api/identity-queries.ts'
import type { OAuthClient } from '../../api/types.ts'
import { Status, Tag } from '../../ui/badge.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import type { Column } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ClientPanel } from './client-panel.tsx'
import { ApplicationSignIn } from './frame.tsx'
import { RegisterClient } from './register-client.tsx'
import { RegistrationTokens } from './registration-tokens.tsx'

const route = getRouteApi('/applications/$app/clients/{-$id}')

const columns: readonly Column<OAuthClient>[] = [
  {
    id: 'name',
    header: 'Client',
    value: (client) => client.client_name ?? client.client_id,
    cell: (client) => (
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{client.client_name ?? client.client_id}</span>
        {client.origin === 'dynamic' ? <Tag>registered itself</Tag> : null}
      </span>
    ),
  },
  { id: 'id', header: 'Client id', cell: (client) => <CopyId id={client.client_id} />, from: 'md' },
  {
    id: 'preset',
    header: 'Kind',
    value: (client) => client.preset ?? null,
    cell: (client) => client.preset,
    from: 'sm',
  },
  {
    id: 'uris',
    header: 'Comes back to',
    cell: (client) => (
      <span className="font-mono text-xs break-all">{(client.redirect_uris ?? []).join(', ') || '–'}</span>
    ),
    from: 'xl',
  },
  {
    id: 'state',
    header: 'State',
    value: (client) => String(client.disabled),
    cell: (client) =>
      client.disabled ? <Status tone="refused">disabled</Status> : <Status tone="good">active</Status>,
  },
  timeColumn('made', 'Registered', (client) => client.createdAt, 'lg'),
]

/** The OAuth clients of one application. */
export function ClientsPage(): ReactElement {
  const { app, id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMay(app)
  const clients = useQuery(clientsQuery(app))
  const open = (next: string | undefined) => void navigate({ params: { app, id: next } })
  return (
    <ListPage
      frame={(parts) => <ApplicationSignIn app={app} {...parts} />}
      label="Clients"
      one="client"
      query={clients}
      columns={columns}
      rowId={(each) => each.client_id}
      id={id}
      open={open}
      add={{
        label: 'Register client',
        may: may('createClient'),
        form: <RegisterClient app={app} onClose={() => open(undefined)} onOpen={open} />,
      }}
      panel={(client, close) => <ClientPanel app={app} client={client} onClose={close} />}
      empty={
        <EmptyState
          title="No client yet"
          command={`npx holdfast identity clients create ${app} --preset web --redirect-uri https://app.example.com/callback`}
        >
          A client is a program that signs people in here by OpenID Connect, or asks for tokens in its own name.
          Register one above, or on the command line:
        </EmptyState>
      }
      below={may('issueRegistrationToken') ? <RegistrationTokens app={app} /> : null}
    />
  )
}
