import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { servicesQuery } from '../../api/queries.ts'
import type { Service } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { countColumn, nameColumn, timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Page } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
import { CreateService } from './create-service.tsx'
import { PeopleTabs } from './people-tabs.tsx'
import { ServicePanel } from './service-panel.tsx'

const route = getRouteApi('/services/{-$id}')

const columns: readonly Column<Service>[] = [
  nameColumn('Name', (service) => service.name),
  {
    id: 'application',
    header: 'Application',
    value: (service) => service.application,
    cell: (service) => service.application ?? <span className="text-muted">–</span>,
  },
  { id: 'groups', header: 'Groups', cell: (service) => <Tags items={service.groups} none="–" />, from: 'md' },
  countColumn('keys', 'Keys', (service) => service.keys.length, 'sm'),
  timeColumn('used', 'Last used', (service) => service.lastUsedAt),
]

export function ServicesPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const services = useQuery(servicesQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <Page title="Services" tabs={<PeopleTabs />} {...parts} />}
      label="Services"
      one="service"
      query={services}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{ label: 'Add service', form: <CreateService onClose={() => open(undefined)} onOpen={open} /> }}
      panel={(service, close) => <ServicePanel service={service} onClose={close} />}
      empty={
        <EmptyState title="No services yet" command="npx holdfast services create my-backend --application my-app">
          A service is a program with a key of its own: an application with the SDK, a gateway, a script. Add one above,
          or on the command line:
        </EmptyState>
      }
    />
  )
}
