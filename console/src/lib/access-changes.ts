import type { AccessChange } from '../api/types.ts'

const things: Readonly<Record<AccessChange['what'], string>> = {
  grant: 'Grant',
  policy: 'Policy',
  schema: 'Schema',
  role: 'Role',
  entity: 'Stored entity',
  membership: 'Membership',
  nesting: 'Nesting of groups',
  account: 'Account',
  group: 'Group',
}

const done = { added: 'added', changed: 'changed', removed: 'removed' } as const

/** The beginning of a sentence that ends with its subject: "Grant of role editor added:". */
export function describeChange({ what, change, details }: Pick<AccessChange, 'what' | 'change' | 'details'>): string {
  const text = (name: string) => (typeof details[name] === 'string' ? details[name] : null)
  if (what === 'grant') {
    const role = text('role')
    const given = role === null ? `template ${text('template') ?? ''}` : `role ${role}`
    return { added: `Given ${given}:`, changed: `Grant of ${given} changed:`, removed: `${given} ended:` }[change]
  }
  const parent = text('parent') ?? text('group')
  if (parent !== null) return `${change === 'removed' ? 'No longer in' : 'Put in'} ${parent}:`
  return `${things[what]} ${done[change]}:`
}
