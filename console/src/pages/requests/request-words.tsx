import type { ReactElement } from 'react'
import type { Elevation } from '../../api/types.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { Given } from '../../ui/given.tsx'

const states: Readonly<Record<Elevation['state'], readonly [Tone, string]>> = {
  pending: ['unknown', 'Waits for an answer'],
  approved: ['good', 'In force'],
  ended: ['quiet', 'Over'],
  denied: ['refused', 'Denied'],
  cancelled: ['quiet', 'Taken back'],
  expired: ['quiet', 'Not answered in time'],
}

export function RequestState({ request }: { request: Elevation }): ReactElement {
  const [tone, words] = states[request.state]
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      <Status tone={tone}>{words}</Status>
      {request.kind === 'break_glass' && request.review === null ? <Status tone="warn">Not reviewed</Status> : null}
    </span>
  )
}

export function RequestWhat({ request }: { request: Elevation }): ReactElement {
  return <Given what={request} tag={request.kind === 'elevation' ? undefined : 'break-glass'} />
}
