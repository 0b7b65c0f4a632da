import type { ReactElement } from 'react'
import { Status } from '../../ui/badge.tsx'

interface LiveStateProps {
  readonly state: 'opening' | 'live' | 'over' | 'retrying' | 'failed'
  readonly paused: boolean
}

/** Whether new events come in by themselves. */
export function LiveState({ state, paused }: LiveStateProps): ReactElement {
  if (state === 'failed') return <Status tone="bad">Not live</Status>
  if (state === 'retrying') return <Status tone="warn">Reconnecting</Status>
  if (state === 'over') return <Status tone="quiet">Time range is over</Status>
  if (paused) return <Status tone="quiet">Paused</Status>
  if (state === 'opening') return <Status tone="quiet">Opening</Status>
  return <Status tone="good">Live</Status>
}
