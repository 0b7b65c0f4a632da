import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { provisionersQuery } from '../../api/identity-queries.ts'
import type { ScimConnection } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { CreateProvisioner } from './create-provisioner.tsx'
import { SignInPage } from './frame.tsx'
import { ProvisionerPanel } from './provisioner-panel.tsx'

const route = getRouteApi('/sign-in/provisioning/{-$id}')

const columns: readonly Column<ScimConnection>[] = [
  {
    id: 'name',
    header: 'Provisioner',
    value: (connection) => connection.name,
    cell: (connection) => <span className="font-medium">{connection.name}</span>,
  },
  {
    id: 'people',
    header: 'People',
    value: (connection) => connection.people,
    cell: (connection) => connection.people,
    align: 'right',
  },
  {
    id: 'groups',
    header: 'Groups',
    value: (connection) => connection.groups.length,
    cell: (connection) => connection.groups.length,
    align: 'right',
    from: 'sm',
  },
  {
    id: 'used',
    header: 'Last used',
    value: (connection) => connection.lastUsedAt,
    cell: (connection) => <RelativeTime at={connection.lastUsedAt} />,
    align: 'right',
  },
  {
    id: 'made',
    header: 'Added',
    value: (connection) => connection.createdAt,
    cell: (connection) => <RelativeTime at={connection.createdAt} />,
    align: 'right',
    from: 'md',
  },
]

/** The services that keep people and groups here by SCIM. */
export function ProvisioningPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const connections = useQuery(provisionersQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <SignInPage
      actions={
        may('createService') ? (
          <Button look="primary" icon="plus" onClick={() => open('+')}>
            Add provisioner
          </Button>
        ) : undefined
      }
      panel={
        id === undefined ? null : id === '+' ? (
          <CreateProvisioner onClose={() => open(undefined)} onOpen={open} />
        ) : (
          <ProvisionerPanel
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
            <EmptyState title="Nothing provisions people" command="npx holdfast identity scim create entra">
              Entra, Okta and others keep people and groups here up to date by SCIM 2.0: whoever leaves there loses
              their sessions and tokens here at once. Add a provisioner above, or on the command line:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Provisioners"
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
