import type { EntityJson, PolicySetJson, Uid } from '@holdfast/policy'

type Visit = (uid: Uid) => void

/** Every entity that an application's data and policies name, stored or not: whatever could be found by a search. */
export function namedIn(entities: readonly EntityJson[], policies: PolicySetJson): Map<string, Set<string>> {
  const byType = new Map<string, Set<string>>()
  const visit: Visit = ({ type, id }) => {
    const ids = byType.get(type)
    if (ids === undefined) byType.set(type, new Set([id]))
    else ids.add(id)
  }
  for (const entity of entities) {
    plain(entity.uid, visit)
    for (const parent of entity.parents ?? []) plain(parent, visit)
    escaped([entity.attrs, entity.tags], visit)
  }
  for (const each of [...Object.values(policies.staticPolicies ?? {}), ...Object.values(policies.templates ?? {})]) {
    for (const scope of [each.principal, each.action, each.resource]) inScope(scope, visit)
    escaped(each.conditions, visit)
  }
  for (const { values } of policies.templateLinks ?? []) for (const uid of Object.values(values)) plain(uid, visit)
  return byType
}

/** A scope names entities plainly, and nowhere else does a record of `type` and `id` mean one. */
function inScope(scope: object, visit: Visit): void {
  const { entity, entities, in: inner } = scope as { entity?: unknown; entities?: unknown; in?: unknown }
  for (const uid of [entity, ...(Array.isArray(entities) ? (entities as unknown[]) : [])]) plain(uid, visit)
  if (typeof inner === 'object' && inner !== null) inScope(inner, visit)
}

function plain(value: unknown, visit: Visit): void {
  if (typeof value !== 'object' || value === null) return
  const { __entity: inner } = value as { __entity?: unknown }
  const { type, id } = (inner ?? value) as { type?: unknown; id?: unknown }
  if (typeof type === 'string' && typeof id === 'string') visit({ type, id })
}

/** The entities that values and expressions name. Without recursion: an expression may be deep. */
function escaped(start: unknown, visit: Visit): void {
  const open: unknown[] = [start]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Object.hasOwn(value, '__entity')) plain(value, visit)
    else open.push(...(Object.values(value) as unknown[]))
  }
}
