import type { ReactElement } from 'react'
import type { Grant } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'
import { Given } from '../../ui/given.tsx'
import { useNow } from '../../ui/relative-time.tsx'

export function GrantWhat({ grant }: { grant: Grant }): ReactElement {
  return <Given what={grant} tag={grant.source === 'direct' ? undefined : sources[grant.source]} />
}

export const sources: Readonly<Record<Grant['source'], string>> = {
  direct: 'given',
  elevation: 'on request',
  break_glass: 'break-glass',
  import: 'imported',
}

export function GrantState({ grant }: { grant: Grant }): ReactElement {
  const now = useNow()
  if (grant.inForce) return <Status tone="good">In force</Status>
  return Date.parse(grant.validFrom) > now ? (
    <Status tone="unknown">Begins later</Status>
  ) : (
    <Status tone="quiet">Over</Status>
  )
}
