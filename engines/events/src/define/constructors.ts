import type { ActivityOf } from '../ocsf/class.ts'
import { accountChangeClass } from '../ocsf/classes/account-change.ts'
import { apiActivityClass } from '../ocsf/classes/api-activity.ts'
import { applicationLifecycleClass } from '../ocsf/classes/application-lifecycle.ts'
import { authenticationClass } from '../ocsf/classes/authentication.ts'
import { authorizeSessionClass } from '../ocsf/classes/authorize-session.ts'
import { baseEventClass } from '../ocsf/classes/base-event.ts'
import { complianceFindingClass } from '../ocsf/classes/compliance-finding.ts'
import { detectionFindingClass } from '../ocsf/classes/detection-finding.ts'
import { entityManagementClass } from '../ocsf/classes/entity-management.ts'
import { groupManagementClass } from '../ocsf/classes/group-management.ts'
import { httpActivityClass } from '../ocsf/classes/http-activity.ts'
import { incidentFindingClass } from '../ocsf/classes/incident-finding.ts'
import { userAccessClass } from '../ocsf/classes/user-access.ts'
import { vulnerabilityFindingClass } from '../ocsf/classes/vulnerability-finding.ts'
import { type Define, definer, type EventDefinition } from './definition.ts'

/** 3001: a person or a machine account came, went, or changed. The resource is that account. */
export const accountChange: Define<ActivityOf<typeof accountChangeClass>> = definer(accountChangeClass)
/** 3002: who somebody is was proved, or not. The resource is the session, or the account it was tried for. */
export const authentication: Define<ActivityOf<typeof authenticationClass>> = definer(authenticationClass)
/** 3003: a session was given more than it had. The resource is the session. */
export const authorizeSession: Define<ActivityOf<typeof authorizeSessionClass>> = definer(authorizeSessionClass)
/** 3004: anything managed that has no class of its own: applications, policies, keys. The resource is it. */
export const entityManagement: Define<ActivityOf<typeof entityManagementClass>> = definer(entityManagementClass)
/** 3005: privileges were given to an account, or taken. The resource is the account. */
export const userAccess: Define<ActivityOf<typeof userAccessClass>> = definer(userAccessClass)
/** 3006: groups and who is in them. The resource is the group; `data.added` and `data.removed` name accounts. */
export const groupManagement: Define<ActivityOf<typeof groupManagementClass>> = definer(groupManagementClass)
/** 4002: a request by HTTP; method, path, host and status are taken from `data`. */
export const httpActivity: Define<ActivityOf<typeof httpActivityClass>> = definer(httpActivityClass)
/** 6002: a part of the software itself started, stopped, changed. */
export const applicationLifecycle: Define<ActivityOf<typeof applicationLifecycleClass>> =
  definer(applicationLifecycleClass)
/** 6003: an operation of an interface, on the resource. */
export const apiActivity: Define<ActivityOf<typeof apiActivityClass>> = definer(apiActivityClass)
/** 2002 */
export const vulnerabilityFinding: Define<ActivityOf<typeof vulnerabilityFindingClass>> =
  definer(vulnerabilityFindingClass)
/** 2003 */
export const complianceFinding: Define<ActivityOf<typeof complianceFindingClass>> = definer(complianceFindingClass)
/** 2004 */
export const detectionFinding: Define<ActivityOf<typeof detectionFindingClass>> = definer(detectionFindingClass)
/** 2005 */
export const incidentFinding: Define<ActivityOf<typeof incidentFindingClass>> = definer(incidentFindingClass)
/** 0: what no class is for. */
export const baseEvent: Define<ActivityOf<typeof baseEventClass>> = definer(baseEventClass)

/** What a kind is that nobody has defined: applications make kinds of their own. */
export const undefinedKind: EventDefinition = apiActivity('Other', 'An application recorded this.', {
  outcomes: ['success', 'refused', 'failure'],
  written: 'applications, by the SDK or `POST /api/v1/edge/events`',
})
