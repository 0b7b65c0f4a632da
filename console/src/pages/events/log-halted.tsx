import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { anchorsQuery, meQuery } from '../../api/queries.ts'
import { Notice } from '../../ui/notice.tsx'

/** Events are shown once they have their place: while none gets one, the list stands still, and must say why. */
export function LogHalted(): ReactElement | null {
  const me = useQuery(meQuery)
  const anchors = useQuery({ ...anchorsQuery, enabled: me.data?.actions.includes('verifyLedger') === true })
  if (anchors.data?.halted !== true) return null
  return (
    <div className="px-4 py-2">
      <Notice tone="bad">
        {'The log does not continue what was anchored, so no new event gets its place in it, and none is shown here. '}
        <Link to="/ledger" className="text-accent underline">
          What happened
        </Link>
      </Notice>
    </div>
  )
}
