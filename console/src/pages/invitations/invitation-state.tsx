import type { ReactElement } from 'react'
import type { Invitation } from '../../api/types.ts'
import { Status, type Tone } from '../../ui/badge.tsx'

const tones: Readonly<Record<Invitation['state'], Tone>> = {
  open: 'unknown',
  accepted: 'good',
  revoked: 'refused',
  expired: 'quiet',
}

export function InvitationState({ state }: Pick<Invitation, 'state'>): ReactElement {
  return <Status tone={tones[state]}>{state === 'open' ? 'waits' : state}</Status>
}
