import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import type { Application } from '../../api/types.ts'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
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
    cell: (application) => <span className="font-mono text-xs break-all">{application.upstream ?? '–'}</span>,
    from: 'lg',
  },
  {
    id: 'policies',
    header: 'Policies',
    value: (application) => application.policies,
    cell: (application) => application.policies,
    align: 'right',
    from: 'sm',
  },
  {
    id: 'epoch',
    header: 'Epoch',
    value: (application) => application.epoch,
    cell: (application) => application.epoch,
    align: 'right',
    from: 'sm',
  },
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
  const application = applications.data?.items.find((each) => each.id === id)
  return (
    <Page
      title="Applications"
      actions={
        <Button look="primary" icon="plus" onClick={() => open('+')}>
          Add application
        </Button>
      }
      panel={
        id === undefined ? null : id === '+' ? (
          <CreateApplication onClose={() => open(undefined)} onCreated={open} />
        ) : (
          <ApplicationPanel
            key={id}
            application={application}
            loading={applications.isPending}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <Answer query={applications}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No applications yet" command="npx holdfast init express">
              An application is a backend that Holdfast guards: with a schema, policies, and edges that enforce them.
              Run this in its directory:
            </EmptyState>
          ) : (
            <DataTable
              label="Applications"
              columns={columns}
              rows={items}
              rowId={(each) => each.id}
              selected={id}
              onOpen={(each) => open(each.id)}
            />
          )
        }
      </Answer>
    </Page>
  )
}
