import type { OcsfEvent } from './document.ts'
import type { Group } from './objects/group.ts'
import type { User } from './objects/user.ts'

/** An event as OCSF 1.9 will have it; 1.9 is not released yet. */
export interface Ocsf19Event extends Omit<OcsfEvent, 'metadata' | 'user' | 'group'> {
  readonly metadata: Omit<OcsfEvent['metadata'], 'version'> & { readonly version: '1.9.0' }
  readonly user?: User | undefined
  readonly users?: readonly User[] | undefined
  readonly group?: Group | undefined
}

interface Renamed {
  readonly uid: number
  readonly name: string
  /** `activity_id` of 1.9, by that of 1.8; the others stay. */
  readonly activities: Readonly<Record<number, readonly [id: number, name: string]>>
}

const userManagement = { uid: 3007, name: 'User Management' }

/** The classes that 1.9 deprecates. */
const renamed: Readonly<Record<number, Renamed>> = {
  3001: {
    ...userManagement,
    activities: {
      1: [1, 'Create'],
      2: [4, 'Enable'],
      3: [8, 'Password Change'],
      4: [9, 'Password Reset'],
      5: [5, 'Disable'],
      6: [3, 'Delete'],
      7: [10, 'Attach Policies'],
      8: [11, 'Detach Policies'],
      9: [6, 'Lock'],
      10: [12, 'Enable MFA Factors'],
      11: [13, 'Disable MFA Factors'],
      12: [7, 'Unlock'],
    },
  },
  3005: { ...userManagement, activities: { 1: [14, 'Assign Privileges'], 2: [15, 'Remove Privileges'] } },
}

/**
 * The same event in the words of OCSF 1.9: Account Change (3001) and User Access Management (3005) become User Management (3007), and
 * the one `user` of Group Management (3006) a list. Nothing else of what we emit changes. What the log commits to stays 1.8; this is for
 * those who take events in.
 */
export function toOcsf19(event: OcsfEvent): Ocsf19Event {
  const { metadata, user, ...rest } = event
  const moved = { ...rest, metadata: { ...metadata, version: '1.9.0' } } as const
  if (event.class_uid === 3006) return user === undefined ? moved : { ...moved, users: [user] }
  const named = user === undefined ? moved : { ...moved, user }
  const to = renamed[event.class_uid]
  if (to === undefined) return named
  const [id, name] = to.activities[event.activity_id] ?? [event.activity_id, event.activity_name]
  return {
    ...named,
    class_uid: to.uid,
    class_name: to.name,
    activity_id: id,
    activity_name: name,
    type_uid: to.uid * 100 + id,
  }
}
