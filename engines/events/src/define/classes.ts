/** How a class of OCSF 1.8 is filled from a compact event. Which attributes it has and which of them are required is in `ocsf/`. */
export interface EventClass<Activity extends string = string> {
  /** `class_uid` */
  readonly uid: number
  /** `class_name`: the caption */
  readonly name: string
  /** `category_uid` */
  readonly category: number
  /** What `activity_id` may be, by caption; 0 is always Unknown and 99 Other. */
  readonly activities: Readonly<Record<Activity, number>>
  /** Where the actor goes: its own attribute, one that must be there, or the one that the host profile adds. */
  readonly actor: 'own' | 'required' | 'host'
  /** Where address and user agent go: `src_endpoint` and `http_request`; null where the class has neither. */
  readonly source: 'own' | 'required' | null
  /** Where the resource goes. */
  readonly resource: ResourcePlace
}

/**
 * - `user`: the person or service that is acted upon
 * - `session`: a Session is `session`; a person or service is `user`
 * - `group`: a Group is `group`
 * - `entity`: anything, as `entity`
 * - `resources`: anything, as the only one of `resources`
 * - null: the class has no place for it
 */
export type ResourcePlace = 'user' | 'session' | 'group' | 'entity' | 'resources' | null

/** The captions of a class's activities. */
export type ActivityOf<C> = C extends EventClass<infer Activity> ? Activity : never

const category = { findings: 2, iam: 3, network: 4, application: 6 } as const

function iam<const A extends Readonly<Record<string, number>>>(
  uid: number,
  name: string,
  resource: ResourcePlace,
  activities: A,
): EventClass<keyof A & string> {
  return { uid, name, category: category.iam, activities, actor: 'own', source: 'own', resource }
}

const findingActivities = { Create: 1, Update: 2, Close: 3, Other: 99 } as const
type FindingActivity = keyof typeof findingActivities

function finding(uid: number, name: string, resource: ResourcePlace): EventClass<FindingActivity> {
  return {
    uid,
    name,
    category: category.findings,
    activities: findingActivities,
    actor: 'host',
    source: null,
    resource,
  }
}

export const baseEventClass: EventClass<'Other'> = {
  uid: 0,
  name: 'Base Event',
  category: 0,
  activities: { Other: 99 },
  actor: 'host',
  source: null,
  resource: null,
}

export const accountChangeClass: EventClass<
  | 'Create'
  | 'Enable'
  | 'Password Change'
  | 'Password Reset'
  | 'Disable'
  | 'Delete'
  | 'Attach Policy'
  | 'Detach Policy'
  | 'Lock'
  | 'MFA Factor Enable'
  | 'MFA Factor Disable'
  | 'Unlock'
  | 'Other'
> = iam(3001, 'Account Change', 'user', {
  Create: 1,
  Enable: 2,
  'Password Change': 3,
  'Password Reset': 4,
  Disable: 5,
  Delete: 6,
  'Attach Policy': 7,
  'Detach Policy': 8,
  Lock: 9,
  'MFA Factor Enable': 10,
  'MFA Factor Disable': 11,
  Unlock: 12,
  Other: 99,
})

export const authenticationClass: EventClass<
  | 'Logon'
  | 'Logoff'
  | 'Authentication Ticket'
  | 'Service Ticket Request'
  | 'Service Ticket Renew'
  | 'Preauth'
  | 'Account Switch'
  | 'Other'
> = iam(3002, 'Authentication', 'session', {
  Logon: 1,
  Logoff: 2,
  'Authentication Ticket': 3,
  'Service Ticket Request': 4,
  'Service Ticket Renew': 5,
  Preauth: 6,
  'Account Switch': 7,
  Other: 99,
})

export const authorizeSessionClass: EventClass<'Assign Privileges' | 'Assign Groups' | 'Other'> = iam(
  3003,
  'Authorize Session',
  'session',
  { 'Assign Privileges': 1, 'Assign Groups': 2, Other: 99 },
)

export const entityManagementClass: EventClass<
  | 'Create'
  | 'Read'
  | 'Update'
  | 'Delete'
  | 'Move'
  | 'Enroll'
  | 'Unenroll'
  | 'Enable'
  | 'Disable'
  | 'Activate'
  | 'Deactivate'
  | 'Suspend'
  | 'Resume'
  | 'Other'
> = iam(3004, 'Entity Management', 'entity', {
  Create: 1,
  Read: 2,
  Update: 3,
  Delete: 4,
  Move: 5,
  Enroll: 6,
  Unenroll: 7,
  Enable: 8,
  Disable: 9,
  Activate: 10,
  Deactivate: 11,
  Suspend: 12,
  Resume: 13,
  Other: 99,
})

export const userAccessClass: EventClass<'Assign Privileges' | 'Revoke Privileges' | 'Other'> = iam(
  3005,
  'User Access Management',
  'user',
  { 'Assign Privileges': 1, 'Revoke Privileges': 2, Other: 99 },
)

export const groupManagementClass: EventClass<
  | 'Assign Privileges'
  | 'Revoke Privileges'
  | 'Add User'
  | 'Remove User'
  | 'Delete'
  | 'Create'
  | 'Add Subgroup'
  | 'Remove Subgroup'
  | 'Other'
> = iam(3006, 'Group Management', 'group', {
  'Assign Privileges': 1,
  'Revoke Privileges': 2,
  'Add User': 3,
  'Remove User': 4,
  Delete: 5,
  Create: 6,
  'Add Subgroup': 7,
  'Remove Subgroup': 8,
  Other: 99,
})

export const httpActivityClass: EventClass<
  'Unknown' | 'Connect' | 'Delete' | 'Get' | 'Head' | 'Options' | 'Post' | 'Put' | 'Trace' | 'Patch' | 'Other'
> = {
  uid: 4002,
  name: 'HTTP Activity',
  category: category.network,
  activities: {
    Unknown: 0,
    Connect: 1,
    Delete: 2,
    Get: 3,
    Head: 4,
    Options: 5,
    Post: 6,
    Put: 7,
    Trace: 8,
    Patch: 9,
    Other: 99,
  },
  actor: 'host',
  source: 'required',
  resource: null,
}

export const applicationLifecycleClass: EventClass<
  'Install' | 'Remove' | 'Start' | 'Stop' | 'Restart' | 'Enable' | 'Disable' | 'Update' | 'Other'
> = {
  uid: 6002,
  name: 'Application Lifecycle',
  category: category.application,
  activities: { Install: 1, Remove: 2, Start: 3, Stop: 4, Restart: 5, Enable: 6, Disable: 7, Update: 8, Other: 99 },
  actor: 'host',
  source: null,
  resource: null,
}

export const apiActivityClass: EventClass<'Create' | 'Read' | 'Update' | 'Delete' | 'Other'> = {
  uid: 6003,
  name: 'API Activity',
  category: category.application,
  activities: { Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 },
  actor: 'required',
  source: 'required',
  resource: 'resources',
}

export const vulnerabilityFindingClass: EventClass<FindingActivity> = finding(
  2002,
  'Vulnerability Finding',
  'resources',
)
export const complianceFindingClass: EventClass<FindingActivity> = finding(2003, 'Compliance Finding', 'resources')
export const detectionFindingClass: EventClass<FindingActivity> = finding(2004, 'Detection Finding', 'resources')
export const incidentFindingClass: EventClass<FindingActivity> = finding(2005, 'Incident Finding', null)
