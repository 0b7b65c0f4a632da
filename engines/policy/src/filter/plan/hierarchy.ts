import { EntityUid, SetValue } from '../../value.ts'
import { type Source, unsupported } from '../errors.ts'
import { FALSE, or, type Residual, type Term, TRUE } from '../residual.ts'
import { contains, containsAny } from './equal.ts'
import { entityType, kindOf } from './kind.ts'
import { decided, type Operation, operation } from './known.ts'
import { atom, type Context, exact, FAILS, Relation, type Truth } from './node.ts'

/** `x in y`, where y is an entity or a set of entities. */
export class InNode extends Relation {
  readonly #apply: Operation = operation('in')

  protected override relate(left: Term, right: Term, context: Context): Truth {
    if (left.kind === 'value' && right.kind === 'value') return decided(this.#apply, left.value, right.value, context)
    if (entityType(left) === undefined) return FAILS
    const yes = within(left, right, context, this.source)
    return yes === undefined ? FAILS : exact(yes)
  }
}

/** When an entity is in a target; undefined when the target is nothing that one can be in. */
function within(left: Term, right: Term, context: Context, source: Source): Residual | undefined {
  if (right.kind === 'set') {
    const parts: Residual[] = []
    for (const item of right.items) {
      const part = entityType(item) === undefined ? undefined : within(left, item, context, source)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return or(parts)
  }
  if (left.kind === 'value' && left.value instanceof EntityUid) return knownWithin(left.value, right, context, source)
  if (right.kind === 'value') {
    const targets = right.value instanceof SetValue ? right.value.items : [right.value]
    const uids: EntityUid[] = []
    for (const target of targets) {
      if (!(target instanceof EntityUid)) return undefined
      uids.push(target)
    }
    return isIn(left, uids, context, source)
  }
  if (left.kind === 'resource' && right.kind === 'resource') return TRUE
  return unsupported('which of the rows is in which of them cannot be said in SQL', source)
}

/** When the entity that a row names is one of the targets, or in one. */
export function isIn(term: Term, targets: readonly EntityUid[], context: Context, source: Source): Residual {
  if (targets.length === 0) return FALSE
  const { entities, schema } = context
  return atom({ op: 'in', term, targets, known: { entities, schema } }, false, source)
}

/** A known entity is in what a row names when that is the entity itself or one of its ancestors. */
function knownWithin(uid: EntityUid, right: Term, { entities }: Context, source: Source): Residual | undefined {
  const type = setElement(right) ?? entityType(right)
  if (type === undefined) return undefined
  const ancestors: EntityUid[] = []
  for (const ancestor of entities.ancestors(uid)) {
    if (ancestor.type === type) ancestors.push(new EntityUid(ancestor.type, ancestor.id))
  }
  const all: Term = { kind: 'value', value: new SetValue(ancestors) }
  return kindOf(right) === 'set' ? containsAny(right, all, source) : contains(all, right, source)
}

/** The type of a set's elements, when they are entities. */
function setElement(term: Term): string | undefined {
  if (term.kind !== 'read' || term.type.kind !== 'set') return undefined
  return term.type.element.kind === 'entity' ? term.type.element.name : undefined
}
