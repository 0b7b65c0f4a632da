import type { Caller } from '../../../platform/ports.ts'

/** The built-in group of the machine accounts that may provision, and nothing else. */
export const provisioners = 'provisioning'

/**
 * Whose people and groups a request is about: those of one connection, or for an operator, those of all. A connection is a
 * machine account in the group `provisioning`.
 */
export interface Scope {
  /** null: an operator */
  readonly service: string | null
}

export function scopeOf({ principal, groups }: Caller): Scope {
  return { service: principal.type === 'Service' && groups.includes(provisioners) ? principal.id : null }
}
