import type { ReactElement } from 'react'
import type { Uid } from '../api/types.ts'
import { Tag } from './badge.tsx'
import { Subject } from './subject.tsx'

interface GivenProps {
  readonly what: { readonly role: string | null; readonly template: string | null; readonly resource: Uid | null }
  /** how it was given, where that is worth saying */
  readonly tag?: string | undefined
}

/** "role editor", or "template share on Document::"7"". */
export function Given({ what: { role, template, resource }, tag }: GivenProps): ReactElement {
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
      {tag === undefined ? null : (
        <span className="ml-1.5 inline-block">
          <Tag>{tag}</Tag>
        </span>
      )}
    </span>
  )
}
