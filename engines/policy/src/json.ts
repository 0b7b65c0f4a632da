/**
 * The JSON forms that go in: entities, values and policies (Cedar's "EST"), as docs.cedarpolicy.com describes them under
 * "JSON policy format" and "Entities syntax". Nothing here is trusted: `compile`, `createEntities` and `toValue` check each piece.
 */

/** The name of an entity. The same form everywhere in Holdfast: `{ "type": "Person", "id": "..." }`. */
export interface Uid {
  readonly type: string
  readonly id: string
}

/** A uid, plain or in Cedar's escaped form. */
export type UidJson = Uid | { readonly __entity: Uid }

/**
 * A value in Cedar's JSON form. Integers outside +-(2^53-1) must come as BigInt: as JSON numbers they are already rounded, and are refused.
 * Entities are written `{ "__entity": { type, id } }`, extension values `{ "__extn": { fn, arg } }`.
 */
export type ValueJson =
  | boolean
  | number
  | bigint
  | string
  | readonly ValueJson[]
  | { readonly __entity: Uid }
  | { readonly __extn: ExtensionJson }
  | { readonly [attribute: string]: ValueJson }

/** A call of an extension constructor, for example `{ fn: 'decimal', arg: '1.50' }`. */
export type ExtensionJson =
  | { readonly fn: string; readonly arg: ValueJson }
  | { readonly fn: string; readonly args: readonly ValueJson[] }

/** An entity: what is known of one principal, action or resource. */
export interface EntityJson {
  readonly uid: UidJson
  readonly attrs?: { readonly [attribute: string]: ValueJson }
  readonly parents?: readonly UidJson[]
  readonly tags?: { readonly [tag: string]: ValueJson }
}

/** The kinds of scope constraint that a principal or a resource may have. A slot is `?principal` or `?resource`. */
export type ScopeJson =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: UidJson }
  | { readonly op: '=='; readonly slot: string }
  | { readonly op: 'in'; readonly entity: UidJson }
  | { readonly op: 'in'; readonly slot: string }
  | {
      readonly op: 'is'
      readonly entity_type: string
      readonly in?: { readonly entity: UidJson } | { readonly slot: string }
    }

/** The scope constraint of the action. */
export type ActionScopeJson =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: UidJson }
  | { readonly op: 'in'; readonly entity: UidJson }
  | { readonly op: 'in'; readonly entities: readonly UidJson[] }

/** One `when` or `unless` clause. */
export interface ConditionJson {
  readonly kind: 'when' | 'unless'
  readonly body: ExprJson
}

/** An expression: an object with exactly one key, the operator. `compile` refuses operators that it does not know. */
export interface ExprJson {
  readonly [operator: string]: unknown
}

/** A policy, or a template when its scope has slots. */
export interface PolicyJson {
  readonly effect: 'permit' | 'forbid'
  readonly principal: ScopeJson
  readonly action: ActionScopeJson
  readonly resource: ScopeJson
  readonly conditions: readonly ConditionJson[]
  readonly annotations?: { readonly [name: string]: string | null }
}

/** A template with its slots filled. */
export interface TemplateLinkJson {
  readonly templateId: string
  readonly newId: string
  readonly values: { readonly [slot: string]: UidJson }
}

/** A policy set by policy id. */
export interface PolicySetJson {
  readonly staticPolicies?: { readonly [id: string]: PolicyJson }
  readonly templates?: { readonly [id: string]: PolicyJson }
  readonly templateLinks?: readonly TemplateLinkJson[]
}
