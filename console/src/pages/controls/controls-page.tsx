import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Control } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, NotThere, PanelBody } from '../../ui/detail-panel.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'

const route = getRouteApi('/controls/{-$id}')

const columns: readonly Column<Control>[] = [
  {
    id: 'status',
    header: 'Status',
    value: (control) => control.status,
    cell: (control) => <ControlStatus status={control.status} />,
  },
  {
    id: 'title',
    header: 'Control',
    value: (control) => control.title,
    className: '@2xl:min-w-52',
    cell: (control) => (
      <>
        <span className="font-medium">{control.title}</span>
        <code className="block font-mono text-xs break-all text-muted">{control.id}</code>
      </>
    ),
  },
  {
    id: 'evidence',
    header: 'Evidence',
    cell: (control) => <span className="line-clamp-2 text-muted">{control.evidence}</span>,
    from: 'md',
  },
  {
    id: 'maps',
    header: 'Maps to',
    cell: (control) => <span className="text-muted">{frameworks(control)}</span>,
    from: 'lg',
  },
  timeColumn('checked', 'Checked', (control) => control.checkedAt, 'sm'),
]

export function ControlsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const controls = useQuery({ queryKey: ['controls'], queryFn: api.controls })
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const control = controls.data?.items.find((each) => each.id === id)
  return (
    <Page
      title="Controls"
      actions={
        <Button busy={controls.isFetching} onClick={() => void controls.refetch()}>
          Check now
        </Button>
      }
      panel={
        id === undefined ? null : (
          <ControlPanel control={control} loading={controls.isPending} onClose={() => open(undefined)} />
        )
      }
    >
      <p className="max-w-3xl px-4 pb-3 text-muted">
        A control is a test that runs against this installation, here and now, and says what it saw.
      </p>
      <Answer query={controls}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No controls">
              This installation proves nothing yet: no module brought a control.
            </EmptyState>
          ) : (
            <DataTable
              label="Controls"
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

interface ControlPanelProps {
  readonly control: Control | undefined
  readonly loading: boolean
  readonly onClose: () => void
}

function ControlPanel({ control, loading, onClose }: ControlPanelProps): ReactElement {
  if (control === undefined) return <NotThere one="control" loading={loading} onClose={onClose} />
  return (
    <DetailPanel title={control.title} subtitle={<ControlStatus status={control.status} />} onClose={onClose}>
      <PanelBody>
        <p className="text-base">{control.statement}</p>
        <Facts
          items={[
            ['Id', <CopyId key="id" id={control.id} />],
            ['Checked', <RelativeTime key="checked" at={control.checkedAt} />],
          ]}
        />
      </PanelBody>
      <Section title="Evidence">
        <p className="break-words whitespace-pre-wrap">{control.evidence}</p>
      </Section>
      <Section title="Maps to">
        {control.mapsTo.length === 0 ? (
          <p className="text-muted">No framework.</p>
        ) : (
          <Facts items={control.mapsTo.map(({ framework, ref }) => [framework, ref] as const)} />
        )}
      </Section>
    </DetailPanel>
  )
}

function ControlStatus({ status }: { status: Control['status'] }): ReactElement {
  if (status === 'pass') return <Status tone="good">Passed</Status>
  if (status === 'fail') return <Status tone="bad">Failed</Status>
  return <Status tone="unknown">Unknown</Status>
}

function frameworks(control: Control): string {
  return control.mapsTo.map(({ framework, ref }) => `${framework} ${ref}`).join(', ')
}
