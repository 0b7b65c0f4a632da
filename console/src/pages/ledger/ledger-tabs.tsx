import type { ReactElement } from 'react'
import { LinkTabs } from '../../ui/tabs.tsx'

/** What can be done about the log as a whole, one tab each. */
export function LedgerTabs(): ReactElement {
  return (
    <LinkTabs
      label="Ledger"
      items={[
        { to: '/ledger', label: 'Log' },
        { to: '/ledger/retention/{-$id}', label: 'Retention' },
        { to: '/ledger/holds/{-$id}', label: 'Legal holds' },
        { to: '/ledger/erase/{-$id}', label: 'Erasure' },
        { to: '/ledger/sinks/{-$id}', label: 'Ways out' },
      ]}
    />
  )
}
