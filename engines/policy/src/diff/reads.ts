import type { Policy } from '../compile/policy.ts'
import { isObject, type JsonObject } from '../shape.ts'
import { EntityUid } from '../value.ts'

/** What policies look at: two entities that agree in all of it, and that nothing names, cannot be told apart by them. */
export interface Reads {
  /** Every entity that a scope or a condition names. */
  readonly literals: readonly EntityUid[]
  /** Names of attributes of anything. */
  readonly attributes: ReadonlySet<string>
  readonly tags: boolean
  /** Some `in` has a right side that is no constant: every ancestor may matter, not only those that are named. */
  readonly dynamicIn: boolean
  readonly context: boolean
}

/** What any of the policies reads: more than it does is harmless, less would be wrong. */
export function readsOf(policies: readonly Policy[]): Reads {
  const literals = new Map<string, EntityUid>()
  const found = { attributes: new Set<string>(), tags: false, dynamicIn: false, context: false }
  const bodies = new Set<unknown>()
  const name = (uid: EntityUid) => literals.set(uid.key(), uid)
  for (const { scope, conditions } of policies) {
    for (const part of [scope.principal, scope.resource]) {
      if (part.op === '==') name(part.entity)
      else if (part.op === 'in') part.entities.forEach(name)
      else if (part.op === 'is' && part.in !== undefined) name(part.in)
    }
    // The links of a template share its conditions.
    for (const { body } of conditions) bodies.add(body)
  }
  const open: unknown[] = [...bodies]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) open.push(...(next as unknown[]))
    else if (isObject(next)) {
      const uid = literalOf(next)
      if (uid !== undefined) name(uid)
      for (const [operator, body] of Object.entries(next)) note(operator, body, found)
      open.push(...Object.values(next))
    }
  }
  return { literals: [...literals.values()], ...found }
}

type Found = { -readonly [K in 'tags' | 'dynamicIn' | 'context']: Reads[K] } & { readonly attributes: Set<string> }

function note(operator: string, body: unknown, found: Found): void {
  if (operator === 'Var' && body === 'context') found.context = true
  if (operator === 'hasTag' || operator === 'getTag') found.tags = true
  if (!isObject(body)) return
  if (operator === '.' || operator === 'has') {
    const names = Array.isArray(body['attr']) ? (body['attr'] as unknown[]) : [body['attr']]
    for (const each of names) if (typeof each === 'string') found.attributes.add(each)
  }
  const target = operator === 'in' ? body['right'] : operator === 'is' ? body['in'] : undefined
  if (target !== undefined && !isConstant(target)) found.dynamicIn = true
}

/** `Group::"a"`, or a list of such. */
function isConstant(expression: unknown): boolean {
  if (!isObject(expression)) return false
  if (Array.isArray(expression['Set'])) return (expression['Set'] as unknown[]).every(isConstant)
  const value = expression['Value']
  return isObject(value) && literalOf(value) !== undefined
}

function literalOf(json: JsonObject): EntityUid | undefined {
  const uid = json['__entity']
  if (!isObject(uid)) return undefined
  const { type, id } = uid
  return typeof type === 'string' && typeof id === 'string' ? new EntityUid(type, id) : undefined
}

/** The same for policies that read the same. */
export function readsKey({ literals, attributes, tags, dynamicIn }: Reads): string {
  const names = [literals.map((uid) => uid.key()).toSorted(), [...attributes].toSorted(), tags, dynamicIn]
  return JSON.stringify(names)
}
