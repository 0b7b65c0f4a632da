import type { ReactElement } from 'react'
import type { Elevation } from '../../api/types.ts'
import { Status, Tag, type Tone } from '../../ui/badge.tsx'
import { Subject } from '../../ui/subject.tsx'

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
  const { role, template, resource, kind } = request
  return (
    <span className="break-words">
      <span className="text-muted">{role === null ? 'template ' : 'role '}</span>
      <span className="font-medium">{role ?? template}</span>
      {resource === null ? null : (
        <>
          <span className="text-muted"> on </span>
          <Subject uid={resource} />
        </>
      )}
      {kind === 'elevation' ? null : (
        <span className="ml-1.5 inline-block">
          <Tag>break-glass</Tag>
        </span>
      )}
    </span>
  )
}
