export {
  chainHash,
  GENESIS,
  leafHash,
  verifyChain,
  type ChainEntry,
  type ChainPoint,
  type ChainResult,
} from './chain.ts'
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
  ReasonCode,
  Reference,
  UnsequencedEvent,
  type Outcome,
  type Source,
} from './event.ts'
export { canonicalize } from './json.ts'
export { limits, type EventLimits } from './limits.ts'
export { isSecretName, scrub, type ScrubOptions } from './scrub.ts'
export { scrubText } from './scrub-text.ts'
