export { type Acr, ACRS, FRESHEST, isAcr, levelOf } from './assurance.ts'
export {
  ApplicationBundle,
  EntityJson,
  GatewayApplication,
  GatewayBundle,
  signApplicationBundle,
  signGatewayBundle,
  verifyApplicationBundle,
  verifyGatewayBundle,
  type ApplicationRules,
  type CandidatePolicies,
  type PolicySetJson,
  type TemplateLinkJson,
  type TimedGrant,
} from './bundles.ts'
export * from './constants.ts'
export { Credentials } from './credentials.ts'
export * from './decisions/index.ts'
export { edgeEvents } from './events.ts'
export { TokenError, type TokenErrorCode } from './errors.ts'
export {
  IdentityClaims,
  prepareGatewayKeys,
  signIdentity,
  verifyIdentity,
  type GatewayKeys,
  type IdentityExpectation,
  type NewIdentity,
} from './identity.ts'
export { signJws, verifyJws, type SigningKey, type Verified, type VerifyOptions } from './jws.ts'
export { GatewayKey, JwkSet, prepareKeys, PublicJwk, publicJwk, type KeySet } from './keys.ts'
export { Lease, signLease, verifyLease, type NewLease, type SignedExpectation } from './lease.ts'
export * from './protocol.ts'
export * from './tokens/index.ts'
export { type ConcludedEdge, Receipt, signReceipt, verifyReceipt } from './receipt.ts'
export {
  type EdgeProblem,
  type GatewayProblemCode,
  gatewayProblems,
  type SdkProblemCode,
  sdkProblems,
} from './problems.ts'
export { LATENCY_BUCKETS, type Latency, latencyBucket, latencyOf } from './traffic/latency.ts'
export * from './traffic/learned.ts'
export * from './traffic/protocol.ts'
