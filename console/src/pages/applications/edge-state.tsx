import type { ReactElement } from 'react'
import type { Edge } from '../../api/types.ts'
import { isFresh } from '../../lib/time.ts'
import { Status } from '../../ui/badge.tsx'
import { useNow } from '../../ui/relative-time.tsx'

/** How many edges there are and whether all of them still renew their lease. */
export function EdgeState({ edges }: { edges: readonly Edge[] }): ReactElement {
  const now = useNow()
  const fresh = edges.filter((edge) => isFresh(edge.lastSeenAt, now)).length
  if (edges.length === 0) return <Status tone="quiet">none</Status>
  if (fresh === edges.length) return <Status tone="good">{fresh} connected</Status>
  return (
    <Status tone="warn">
      {fresh} of {edges.length} connected
    </Status>
  )
}
