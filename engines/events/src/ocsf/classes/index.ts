import type { EventClass } from '../class.ts'
import { accountChangeClass } from './account-change.ts'
import { apiActivityClass } from './api-activity.ts'
import { applicationLifecycleClass } from './application-lifecycle.ts'
import { authenticationClass } from './authentication.ts'
import { authorizeSessionClass } from './authorize-session.ts'
import { baseEventClass } from './base-event.ts'
import { complianceFindingClass } from './compliance-finding.ts'
import { detectionFindingClass } from './detection-finding.ts'
import { entityManagementClass } from './entity-management.ts'
import { groupManagementClass } from './group-management.ts'
import { httpActivityClass } from './http-activity.ts'
import { incidentFindingClass } from './incident-finding.ts'
import { userAccessClass } from './user-access.ts'
import { vulnerabilityFindingClass } from './vulnerability-finding.ts'

/** Every class that we emit, by `class_uid`. */
export const classes: ReadonlyMap<number, EventClass> = new Map<number, EventClass>(
  [
    baseEventClass,
    vulnerabilityFindingClass,
    complianceFindingClass,
    detectionFindingClass,
    incidentFindingClass,
    accountChangeClass,
    authenticationClass,
    authorizeSessionClass,
    entityManagementClass,
    userAccessClass,
    groupManagementClass,
    httpActivityClass,
    applicationLifecycleClass,
    apiActivityClass,
  ].map((of) => [of.uid, of]),
)
