import type { BaseAttributes } from './base.ts'
import type { ApiActivity } from './classes/api-activity.ts'
import type { ApplicationLifecycle } from './classes/application-lifecycle.ts'
import type { Authentication } from './classes/authentication.ts'
import type { ComplianceFinding } from './classes/compliance-finding.ts'
import type { DetectionFinding } from './classes/detection-finding.ts'
import type { EntityManagement } from './classes/entity-management.ts'
import type { GroupManagement } from './classes/group-management.ts'
import type { HttpActivity } from './classes/http-activity.ts'
import type { IncidentFinding } from './classes/incident-finding.ts'
import type { UserAccess } from './classes/user-access.ts'
import type { VulnerabilityFinding } from './classes/vulnerability-finding.ts'

type Own<T> = { readonly [K in Exclude<keyof T, keyof BaseAttributes>]?: T[K] | undefined }

/** An OCSF 1.8 event as we make it: what all classes have, and what some have. `documentSchema` says more for one class. */
export interface OcsfEvent
  extends BaseAttributes,
    Own<ApiActivity>,
    Own<ApplicationLifecycle>,
    Own<Authentication>,
    Own<ComplianceFinding>,
    Own<DetectionFinding>,
    Own<EntityManagement>,
    Own<GroupManagement>,
    Own<HttpActivity>,
    Own<IncidentFinding>,
    Own<UserAccess>,
    Own<VulnerabilityFinding> {}

/** A document while it is being made. */
export type Draft = { -readonly [K in keyof OcsfEvent]?: OcsfEvent[K] }
