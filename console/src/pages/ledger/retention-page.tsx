import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ledger } from '../../api/ledger.ts'
import { type Keeping, keepings, span } from '../../lib/retention.ts'
import { Button } from '../../ui/button.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { LedgerTabs } from './ledger-tabs.tsx'
import { NewRule, RulePanel } from './rule-panel.tsx'

const route = getRouteApi('/ledger/retention/{-$id}')

const columns: readonly Column<Keeping>[] = [
  {
    id: 'name',
    header: 'Events of',
    value: (keeping) => keeping.name,
    cell: (keeping) => (
      <>
        <span className="font-medium">{keeping.name}</span>
        <code className="block font-mono text-xs text-muted">{keeping.target}</code>
      </>
    ),
  },
  { id: 'days', header: 'Kept for', value: (keeping) => keeping.days, cell: (keeping) => span(keeping.days) },
  {
    id: 'rule',
    header: 'By',
    cell: (keeping) =>
      keeping.changedAt === null ? (
        <span className="text-muted">the default</span>
      ) : (
        <>
          a rule of <RelativeTime at={keeping.changedAt} />
        </>
      ),
    from: 'sm',
  },
]

export function RetentionPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const retention = useQuery({ queryKey: ['ledger', 'retention'], queryFn: ledger.retention })
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const found = retention.data
  return (
    <Page
      title="Ledger"
      tabs={<LedgerTabs />}
      actions={
        <Button icon="plus" onClick={() => open('new')}>
          Rule for a kind
        </Button>
      }
      panel={
        id === undefined || found === undefined ? null : id === 'new' ? (
          <NewRule retention={found} onClose={() => open(undefined)} onDone={open} />
        ) : (
          <RulePanel key={id} target={id} retention={found} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={retention}>
        {(rules) => (
          <>
            <p className="max-w-3xl px-4 py-3 text-muted">
              {`Events are kept for ${span(rules.days)}, unless a rule says otherwise: the longest kind wins, then the class. What is past goes once a day; its place in the log stays, and so does every proof. What a legal hold names stays too.`}
            </p>
            <DataTable
              label="Retention"
              columns={columns}
              rows={keepings(rules)}
              rowId={(keeping) => keeping.target}
              selected={id}
              onOpen={(keeping) => open(keeping.target)}
            />
          </>
        )}
      </Answer>
    </Page>
  )
}
