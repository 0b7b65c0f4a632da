import { createEntitiesInTurns, type EntityJson, type PolicySet, withLinks } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { nextTurn } from '../../../platform/turns.ts'
import { isInForce } from '../grants/store.ts'
import { ownApplication } from '../own/load.ts'
import type { Rules } from '../rules.ts'
import { type Grant, type GrantLink, linkOf, roleUid, type StoredEntity, type World } from './types.ts'

/** Somebody of the directory: whoever may act, and the groups. */
export interface PrincipalEntity {
  readonly uid: Uid
  readonly parents: readonly Uid[]
  /** the one that a service is bound to */
  readonly application?: string | null | undefined
}

export interface Parts {
  readonly rules: Rules
  readonly directory: readonly PrincipalEntity[]
  readonly stored: readonly StoredEntity[]
  /** in force, or beginning later */
  readonly grants: readonly Grant[]
}

interface Building {
  readonly uid: Uid
  attrs: NonNullable<EntityJson['attrs']>
  tags: NonNullable<EntityJson['tags']>
  parents: Uid[]
}

const nameOf = ({ type, id }: Uid) => `${type} ${id}`
const directoryTypes = new Set(['Person', 'Service', 'Group'])

/**
 * Puts a world together from what was loaded for it, in turns with others: there may be a hundred thousand entities. Throws
 * `PolicyError` for what cannot be evaluated.
 */
export async function buildWorld(application: string, parts: Parts, at: Date): Promise<World> {
  const { rules, directory, grants } = parts
  const inForce = grants.filter((grant) => isInForce(grant, at))
  const links = linksOf(rules.set, inForce)
  const entityList = await entitiesOf(application, parts, inForce)
  return {
    application,
    epoch: rules.epoch,
    schema: rules.schema,
    schemaJson: rules.schemaJson,
    schemaText: rules.schemaText,
    validated: rules.validated,
    policies: { staticPolicies: rules.staticPolicies, templates: rules.templates, templateLinks: links },
    set: withLinks(rules.set, links),
    entities: await createEntitiesInTurns(entityList, nextTurn),
    entityList,
    principals: directory.filter(({ uid }) => uid.type !== 'Group').map(({ uid }) => uid),
    until: nextChange(grants, at),
  }
}

/** The links of grants whose template is there and has just the slots that they fill. */
export function linksOf(set: PolicySet, grants: readonly Grant[]): GrantLink[] {
  return grants.filter((grant) => grant.template !== null && fits(set, grant)).map(linkOf)
}

function fits({ templates }: PolicySet, { template, resource }: Grant): boolean {
  const slots = templates.get(template ?? '')?.slots
  return slots !== undefined && slots.has('?principal') && slots.has('?resource') === (resource !== null)
}

/** Some milliseconds. */
const atOnce = 5_000

/** The entities of a world, those of the schema's actions first. */
export async function entitiesOf(
  application: string,
  { rules, directory, stored }: Parts,
  grants: readonly Grant[],
): Promise<EntityJson[]> {
  const built = new Map<string, Building>()
  const add = (uid: Uid, more: Partial<Building> = {}) => {
    const entity = { uid, attrs: {}, tags: {}, parents: [], ...more }
    built.set(nameOf(uid), entity)
    return entity
  }
  for (const [at, { uid, parents, application: bound }] of directory.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    add(uid, { parents: [...parents], attrs: application === ownApplication ? boundTo(bound) : {} })
  }
  for (const { id, parents } of rules.roles) add(roleUid(id), { parents: parents.map(roleUid) })
  for (const [at, { uid, attrs, tags, parents }] of stored.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    const known = built.get(nameOf(uid))
    if (known !== undefined) Object.assign(known, { attrs, tags })
    else if (!directoryTypes.has(uid.type)) add(uid, { attrs, tags, parents: [...parents] })
  }
  for (const { principal, role } of grants) {
    if (role === null) continue
    // Whom the directory does not know, or has disabled, gets nothing.
    const known = built.get(nameOf(principal)) ?? (directoryTypes.has(principal.type) ? undefined : add(principal))
    if (known !== undefined && !known.parents.some(({ type, id }) => type === 'Role' && id === role)) {
      known.parents.push(roleUid(role))
    }
  }
  const entities = [...built.values()].map(({ uid, attrs, tags, parents }) =>
    Object.keys(tags).length === 0 ? { uid, attrs, parents } : { uid, attrs, parents, tags },
  )
  return [...rules.schema.actions, ...entities]
}

function boundTo(application: string | null | undefined): NonNullable<EntityJson['attrs']> {
  return application === null || application === undefined
    ? {}
    : { application: { __entity: { type: 'Application', id: application } } }
}

function nextChange(grants: readonly Grant[], at: Date): Date | null {
  let next: Date | null = null
  for (const { validFrom, validTo } of grants) {
    for (const moment of [validFrom, validTo]) {
      if (moment !== null && moment > at && (next === null || moment < next)) next = moment
    }
  }
  return next
}
