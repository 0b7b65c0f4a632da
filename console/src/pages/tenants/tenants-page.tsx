import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { tenantsQuery } from '../../api/tenants.ts'
import type { Tenant } from '../../api/types.ts'
import { Status, Tag } from '../../ui/badge.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import type { Column } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { SignInPage } from '../sign-in/frame.tsx'
import { CreateTenant } from './create-tenant.tsx'
import { TenantPanel } from './tenant-panel.tsx'

const route = getRouteApi('/sign-in/tenants/{-$id}')

const columns: readonly Column<Tenant>[] = [
  {
    id: 'name',
    header: 'Tenant',
    value: (tenant) => tenant.name,
    cell: (tenant) => (
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{tenant.name}</span>
        {tenant.first ? <Tag>looks after the installation</Tag> : null}
      </span>
    ),
  },
  {
    id: 'slug',
    header: 'Short name',
    value: (tenant) => tenant.slug,
    cell: (tenant) => <CopyId id={tenant.slug} />,
    from: 'sm',
  },
  {
    id: 'hosts',
    header: 'Hosts',
    cell: (tenant) => <span className="font-mono text-xs break-all">{tenant.hosts.join(', ') || '–'}</span>,
    from: 'md',
  },
  {
    id: 'state',
    header: 'State',
    value: (tenant) => tenant.state,
    cell: (tenant) =>
      tenant.state === 'active' ? <Status tone="good">active</Status> : <Status tone="refused">suspended</Status>,
  },
  timeColumn('made', 'Added', (tenant) => tenant.createdAt, 'lg'),
]

/** The isolated organisations of the installation. */
export function TenantsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const tenants = useQuery(tenantsQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <SignInPage {...parts} />}
      label="Tenants"
      one="tenant"
      query={tenants}
      columns={columns}
      rowId={({ slug }) => slug}
      id={id}
      open={open}
      add={{
        label: 'Add tenant',
        may: may('createTenant'),
        form: <CreateTenant onClose={() => open(undefined)} onOpen={open} />,
      }}
      panel={(tenant, close) => <TenantPanel tenant={tenant} onClose={close} />}
    />
  )
}
