import type { ReactElement } from 'react'
import type { Outcome } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'

export function OutcomeStatus({ outcome }: { outcome: Outcome }): ReactElement {
  if (outcome === 'success') return <Status tone="good">Success</Status>
  if (outcome === 'refused') return <Status tone="refused">Refused</Status>
  return <Status tone="warn">Failure</Status>
}
