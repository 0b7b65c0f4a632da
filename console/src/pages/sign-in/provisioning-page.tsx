import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { provisionersQuery } from '../../api/identity-queries.ts'
import type { ScimConnection } from '../../api/types.ts'
import { countColumn, nameColumn, timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import type { Column } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { CreateProvisioner } from './create-provisioner.tsx'
import { SignInPage } from './frame.tsx'
import { ProvisionerPanel } from './provisioner-panel.tsx'

const route = getRouteApi('/sign-in/provisioning/{-$id}')

const columns: readonly Column<ScimConnection>[] = [
  nameColumn('Provisioner', (connection) => connection.name),
  countColumn('people', 'People', (connection) => connection.people),
  countColumn('groups', 'Groups', (connection) => connection.groups.length, 'sm'),
  timeColumn('used', 'Last used', (connection) => connection.lastUsedAt),
  timeColumn('made', 'Added', (connection) => connection.createdAt, 'md'),
]

/** The services that keep people and groups here by SCIM. */
export function ProvisioningPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const connections = useQuery(provisionersQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <SignInPage {...parts} />}
      label="Provisioners"
      one="provisioner"
      query={connections}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{
        label: 'Add provisioner',
        may: may('createService'),
        form: <CreateProvisioner onClose={() => open(undefined)} onOpen={open} />,
      }}
      panel={(connection, close) => <ProvisionerPanel connection={connection} onClose={close} />}
      empty={
        <EmptyState title="Nothing provisions people" command="npx holdfast identity scim create entra">
          Entra, Okta and others keep people and groups here up to date by SCIM 2.0: whoever leaves there loses their
          sessions and tokens here at once. Add a provisioner above, or on the command line:
        </EmptyState>
      }
    />
  )
}
