import type { ReactElement } from 'react'
import type { Key, KeyEncryptionKey } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'

/** Whether a key still encrypts, only opens, or is gone. */
export function KeyState({ state }: { state: Key['state'] | KeyEncryptionKey['state'] }): ReactElement {
  if (state === 'current') return <Status tone="good">Current</Status>
  if (state === 'retiring') return <Status tone="warn">Being replaced</Status>
  if (state === 'retired') return <Status tone="quiet">Retired</Status>
  return <Status tone="unknown">Destroyed</Status>
}
