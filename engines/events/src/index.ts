export {
  CommitmentError,
  commitDocument,
  commitmentOf,
  openDocument,
  parseBody,
  SALT_BYTES,
  saltBytes,
  verifyDocument,
  type CommittedBody,
  type CommittedDocument,
  type Opening,
  type Openings,
} from './commitment.ts'
export {
  accountChange,
  apiActivity,
  applicationLifecycle,
  authentication,
  authorizeSession,
  baseEvent,
  complianceFinding,
  detectionFinding,
  entityManagement,
  groupManagement,
  httpActivity,
  incidentFinding,
  undefinedKind,
  userAccess,
  vulnerabilityFinding,
} from './define/constructors.ts'
export type { EventClass, ResourcePlace } from './ocsf/class.ts'
export { classes } from './ocsf/classes/index.ts'
export {
  defineEvents,
  either,
  type ChosenActivity,
  type Define,
  type DefinitionOptions,
  type EventDefinition,
  type EventDefinitions,
  type Made,
} from './define/definition.ts'
export { describeEvent, type Described, type Description } from './describe.ts'
export { severityIds, type Severity } from './ocsf/base.ts'
export type { OcsfEvent } from './ocsf/document.ts'
export type { Product } from './ocsf/objects/product.ts'
export { toOcsf19, type Ocsf19Event } from './ocsf/versions.ts'
export { about, ERASED, Personal, subjectOf, type PersonalField } from './personal.ts'
export { pointerOf, stepsOf, valueAt, withValues } from './pointer.ts'
export { viewOf } from './view.ts'
export { adoptDocument, ForeignEvent, kindOfForeign, type Adopted } from './foreign.ts'
export { completeEvent, type EventStamp } from './complete.ts'
export {
  Actor,
  ApplicationId,
  EdgeEvent,
  Event,
  EventData,
  EventKind,
  NewEvent,
  OutcomeSchema,
  PersonalMark,
  ReasonCode,
  Reference,
  UnsequencedEvent,
  type Outcome,
  type Source,
} from './event.ts'
export { canonicalize } from './json.ts'
export { limits, type EventLimits } from './limits.ts'
export { clipText, isSecretName, scrub, type ScrubOptions } from './scrub/index.ts'
export { scrubText, secretsShown, type ShownSecret } from './scrub/index.ts'
