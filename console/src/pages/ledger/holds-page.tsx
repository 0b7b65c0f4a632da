import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ledger } from '../../api/ledger.ts'
import type { Hold } from '../../api/types.ts'
import { describeHold } from '../../lib/holds.ts'
import { Status } from '../../ui/badge.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Page } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
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
  timeColumn('placed', 'Placed', (hold) => hold.placedAt, 'sm'),
]

export function HoldsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const holds = useQuery({ queryKey: ['ledger', 'holds'], queryFn: ledger.holds })
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <Page title="Ledger" tabs={<LedgerTabs />} {...parts} />}
      label="Legal holds"
      one="legal hold"
      query={holds}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{ label: 'Place a hold', form: <PlaceHold onClose={() => open(undefined)} onPlaced={open} /> }}
      panel={(hold, close) => <HoldPanel hold={hold} onClose={close} />}
      empty={
        <EmptyState title="No legal holds" command='npx holdfast log hold place --reason "Case 2026-7"'>
          A hold keeps events, whatever retention says and whoever asks for erasure: all of them, what names somebody,
          or what happened in a time. Place one above, or on the command line:
        </EmptyState>
      }
    />
  )
}
