import type { ReactElement } from 'react'
import type { Person } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'

export function PersonState({ person }: { person: Person }): ReactElement {
  return person.state === 'active' ? <Status tone="good">Active</Status> : <Status tone="refused">Disabled</Status>
}
