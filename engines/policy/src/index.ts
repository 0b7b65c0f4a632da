/** Cedar decisions: parse once (`compile`, `createEntities`), ask many times (`evaluate`, `explain`). No IO, no code from strings. */
export { type Asker, createAsker } from './asker.ts'
export { type Askers, createAskers } from './askers.ts'
export type { Template, Templates } from './compile/link.ts'
export { compile, type PolicySet, withLinks } from './compile/policy-set.ts'
export type { Condition, Policy } from './compile/policy.ts'
export { toRecord, toValue } from './convert.ts'
export { createEntities, createEntitiesInTurns, type Entities, type Entity } from './entities.ts'
export { type Missing, PolicyError, type PolicyErrorCode } from './errors.ts'
export { evaluate } from './evaluate.ts'
export { explain } from './explain/explain.ts'
export type {
  ActionScopeJson,
  ConditionJson,
  EntityJson,
  ExprJson,
  ExtensionJson,
  PolicyJson,
  PolicySetJson,
  ScopeJson,
  TemplateLinkJson,
  Uid,
  UidJson,
  ValueJson,
} from './json.ts'
export { fromPlainJson } from './plain.ts'
export { createSchema, type LooseEntityJson, type Schema, type SchemaJson } from './schema/schema.ts'
export type { Mismatch } from './schema/directed.ts'
export { renderExpression, renderUid, renderValueJson } from './render.ts'
export type { Decision, EvaluateOptions, Explanation, Nearest, PolicyFailure, Request } from './types.ts'
export { EntityUid, RecordValue, SetValue, type Value } from './value.ts'
