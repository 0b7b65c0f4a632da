/** Policies and schemas while they are written: parsed, validated and formatted by cedar-wasm. Decisions need none of this. */
export { fromPlainJson } from '../plain.ts'
export type { Finding, Position } from './findings.ts'
export { format, type Formatted } from './format.ts'
export { type ParsedPolicySet, parsePolicySet } from './parse-policy-set.ts'
export { type ParsedPolicy, parsePolicy } from './parse-policy.ts'
export { type ParsedSchema, parseSchema } from './parse-schema.ts'
export { inexactIntegers } from './scan.ts'
export { type PolicyTexts, validate } from './validate.ts'
