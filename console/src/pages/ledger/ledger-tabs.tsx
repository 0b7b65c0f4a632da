import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { meQuery } from '../../api/queries.ts'
import { LinkTabs } from '../../ui/tabs.tsx'

const tabs = [
  { to: '/ledger', label: 'Log', needs: 'verifyLedger' },
  { to: '/ledger/retention/{-$id}', label: 'Retention', needs: 'viewRetention' },
  { to: '/ledger/holds/{-$id}', label: 'Legal holds', needs: 'listHolds' },
  { to: '/ledger/erase/{-$id}', label: 'Erasure', needs: 'listKeys' },
  { to: '/ledger/sinks/{-$id}', label: 'Ways out', needs: 'listSinks' },
] as const

/** What can be done about the log as a whole, one tab each; without the action a tab has nothing to show. */
export function LedgerTabs(): ReactElement {
  const { data } = useQuery(meQuery)
  return <LinkTabs label="Ledger" items={tabs.filter(({ needs }) => data?.actions.includes(needs) === true)} />
}
