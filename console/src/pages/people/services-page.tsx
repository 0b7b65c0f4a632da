import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { servicesQuery } from '../../api/queries.ts'
import type { Service } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { CreateService } from './create-service.tsx'
import { PeopleTabs } from './people-tabs.tsx'
import { ServicePanel } from './service-panel.tsx'

const route = getRouteApi('/services/{-$id}')

const columns: readonly Column<Service>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (service) => service.name,
    cell: (service) => <span className="font-medium">{service.name}</span>,
  },
  {
    id: 'application',
    header: 'Application',
    value: (service) => service.application,
    cell: (service) => service.application ?? <span className="text-muted">–</span>,
  },
  { id: 'groups', header: 'Groups', cell: (service) => <Tags items={service.groups} none="–" />, from: 'md' },
  {
    id: 'keys',
    header: 'Keys',
    value: (service) => service.keys.length,
    cell: (service) => service.keys.length,
    align: 'right',
    from: 'sm',
  },
  {
    id: 'used',
    header: 'Last used',
    value: (service) => service.lastUsedAt,
    cell: (service) => <RelativeTime at={service.lastUsedAt} />,
    align: 'right',
  },
]

export function ServicesPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const services = useQuery(servicesQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const service = services.data?.items.find((each) => each.id === id)

  return (
    <Page
      title="Services"
      tabs={<PeopleTabs />}
      actions={
        <Button look="primary" icon="plus" onClick={() => open('new')}>
          Add service
        </Button>
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <CreateService onClose={() => open(undefined)} onOpen={open} />
        ) : (
          <ServicePanel key={id} service={service} loading={services.isPending} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={services}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No services yet" command="npx holdfast services create my-backend --application my-app">
              A service is a program with a key of its own: an application with the SDK, a gateway, a script. Add one
              above, or on the command line:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Services"
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
    </Page>
  )
}
