import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ledger } from '../../api/ledger.ts'
import type { Hold } from '../../api/types.ts'
import { describeHold } from '../../lib/holds.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { DetailPanel } from '../../ui/detail-panel.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer, Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { HoldPanel } from './hold-panel.tsx'
import { LedgerTabs } from './ledger-tabs.tsx'
import { PlaceHold } from './place-hold.tsx'

const route = getRouteApi('/ledger/holds/{-$id}')

const columns: readonly Column<Hold>[] = [
  {
    id: 'reason',
    header: 'Why',
    cell: (hold) => (
      <>
        <span className="font-medium">{hold.reason ?? 'not readable any more'}</span>
        <span className="block text-xs break-words text-muted">{describeHold(hold)}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (hold) =>
      hold.releasedAt === null ? <Status tone="good">In force</Status> : <Status tone="quiet">Released</Status>,
  },
  {
    id: 'placed',
    header: 'Placed',
    value: (hold) => hold.placedAt,
    cell: (hold) => <RelativeTime at={hold.placedAt} />,
    align: 'right',
    from: 'sm',
  },
]

export function HoldsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const holds = useQuery({ queryKey: ['ledger', 'holds'], queryFn: ledger.holds })
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const hold = holds.data?.items.find((each) => each.id === id)
  return (
    <Page
      title="Ledger"
      tabs={<LedgerTabs />}
      actions={
        <Button look="primary" icon="plus" onClick={() => open('new')}>
          Place a hold
        </Button>
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <PlaceHold onClose={() => open(undefined)} onPlaced={open} />
        ) : hold === undefined ? (
          <DetailPanel title="Legal hold" onClose={() => open(undefined)}>
            {holds.isPending ? <Loading /> : <p className="p-4 text-muted">There is no such hold.</p>}
          </DetailPanel>
        ) : (
          <HoldPanel key={id} hold={hold} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={holds}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No legal holds" command='npx holdfast log hold place --reason "Case 2026-7"'>
              A hold keeps events, whatever retention says and whoever asks for erasure: all of them, what names
              somebody, or what happened in a time. Place one above, or on the command line:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Legal holds"
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
