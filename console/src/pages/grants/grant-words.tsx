import type { ReactElement } from 'react'
import type { Grant } from '../../api/types.ts'
import { Status, Tag } from '../../ui/badge.tsx'
import { useNow } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'

/** "role editor", or "template share on Document::"7"". */
export function GrantWhat({ grant }: { grant: Grant }): ReactElement {
  const { role, template, resource } = grant
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
      {grant.source === 'direct' ? null : (
        <span className="ml-1.5 inline-block">
          <Tag>{sources[grant.source]}</Tag>
        </span>
      )}
    </span>
  )
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
