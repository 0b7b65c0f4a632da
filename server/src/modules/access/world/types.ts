import type { Entities, EntityJson, PolicyJson, PolicySet, Schema } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'

/** What somebody may be in an application: `principal in Role::"editor"`. */
export interface Role {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly builtin: boolean
  /** roles that it is in: it has their rights as well */
  readonly parents: readonly string[]
}

export type GrantSource = 'direct' | 'elevation' | 'break_glass' | 'import'

/**
 * One version of a grant: who was given a role, or a template's slots, for which time (valid), and for which time we said
 * so (recorded). Half open: from inclusive, to exclusive.
 */
export interface Grant {
  readonly id: string
  readonly version: number
  readonly principal: Uid
  /** exactly one of role and template */
  readonly role: string | null
  readonly template: string | null
  /** of the template's slot `?resource` */
  readonly resource: Uid | null
  readonly validFrom: Date
  /** null: without end */
  readonly validTo: Date | null
  readonly source: GrantSource
  /** what it comes from, for an elevation its request */
  readonly sourceId: string | null
  readonly recordedFrom: Date
  /** null: believed still */
  readonly recordedTo: Date | null
  /** `Person/<id>`; null: Holdfast itself */
  readonly recordedBy: string | null
}

/** A thing of an application that the control plane decides about by itself. Attributes and tags in Cedar's JSON form. */
export interface StoredEntity {
  readonly uid: Uid
  readonly attrs: NonNullable<EntityJson['attrs']>
  readonly tags: NonNullable<EntityJson['tags']>
  readonly parents: readonly Uid[]
}

/** A link of a template, its slots filled by plain uids. */
export interface GrantLink {
  readonly templateId: string
  readonly newId: string
  readonly values: Readonly<Record<string, Uid>>
}

/** Cedar's policy set with all three sections there. */
export interface WholePolicySet {
  readonly staticPolicies: { readonly [id: string]: PolicyJson }
  readonly templates: { readonly [id: string]: PolicyJson }
  readonly templateLinks: readonly GrantLink[]
}

/** Everything that decides for one application at one moment. */
export interface World {
  readonly application: string
  readonly epoch: number
  readonly schema: Schema
  readonly schemaJson: Readonly<Record<string, unknown>>
  /** Cedar; empty when the application has none */
  readonly schemaText: string
  /** whether every policy was validated strictly: false without a schema */
  readonly validated: boolean
  readonly policies: WholePolicySet
  /** with the links of every grant in force */
  readonly set: PolicySet
  readonly entities: Entities
  /** actions, people, services, groups, roles, stored entities; each with the roles that it has */
  readonly entityList: readonly EntityJson[]
  /** active people and services of the directory, in order */
  readonly principals: readonly Uid[]
  /** when a grant begins or ends next; null: none will */
  readonly until: Date | null
}

/** Which past: what held at `validAt`, by what was believed at `recordedAt`. */
export interface AsOf {
  readonly validAt: Date
  /** null: by all that is known now */
  readonly recordedAt: Date | null
  /** without grants for a time: see `givesLastingPower` */
  readonly lasting?: boolean
}

/** The id of the policy that a grant of a template is. A policy's own name has no slash. */
export function linkOf(grant: Pick<Grant, 'id' | 'template' | 'principal' | 'resource'>): GrantLink {
  return {
    templateId: grant.template ?? '',
    newId: `${grant.template}/${grant.id}`,
    values: { '?principal': grant.principal, ...(grant.resource !== null && { '?resource': grant.resource }) },
  }
}

export function roleUid(id: string): Uid {
  return { type: 'Role', id }
}
