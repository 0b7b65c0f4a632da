import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import type { Application } from '../../api/types.ts'
import { Tag } from '../../ui/badge.tsx'
import { countColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Page } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
import { ApplicationPanel } from './application-panel.tsx'
import { CreateApplication } from './create-application.tsx'
import { EdgeState } from './edge-state.tsx'

const route = getRouteApi('/applications/{-$id}')

const columns: readonly Column<Application>[] = [
  {
    id: 'name',
    header: 'Application',
    value: (application) => application.name,
    cell: (application) => (
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{application.name}</span>
        {application.builtin ? <Tag>built in</Tag> : null}
      </span>
    ),
  },
  {
    id: 'hosts',
    header: 'Hosts',
    cell: (application) => <span className="font-mono text-xs break-all">{application.hosts.join(', ') || '–'}</span>,
    from: 'md',
  },
  {
    id: 'upstream',
    header: 'Upstream',
    cell: ({ upstreams }) => <span className="font-mono text-xs break-all">{upstreams.join(', ') || '–'}</span>,
    from: 'lg',
  },
  countColumn('policies', 'Policies', (application) => application.policies, 'sm'),
  countColumn('epoch', 'Epoch', (application) => application.epoch, 'sm'),
  {
    id: 'edges',
    header: 'Edges',
    value: (application) => application.edges.length,
    cell: (application) => <EdgeState edges={application.edges} />,
    align: 'right',
  },
]

export function ApplicationsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const applications = useQuery(applicationsQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <Page title="Applications" {...parts} />}
      label="Applications"
      one="application"
      query={applications}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{ label: 'Add application', form: <CreateApplication onClose={() => open(undefined)} onCreated={open} /> }}
      panel={(application, close) => <ApplicationPanel application={application} onClose={close} />}
      empty={
        <EmptyState title="No applications yet" command="npx holdfast init express">
          An application is a backend that Holdfast guards: with a schema, policies, and edges that enforce them. Run
          this in its directory:
        </EmptyState>
      }
    />
  )
}
