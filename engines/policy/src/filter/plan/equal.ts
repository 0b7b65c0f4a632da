import type { RecordType } from '../../schema/types.ts'
import { equal as equalValues, RecordValue, SetValue, type Value } from '../../value.ts'
import { type Source, unsupported } from '../errors.ts'
import { and, FALSE, not, or, type Residual, type Term, TRUE } from '../residual.ts'
import { entityType, kindOf, kindOfType } from './kind.ts'
import { atom, type Node, Relation, type Truth } from './node.ts'
import { readOf, type Owner } from './read.ts'

/** `==`, and `!=` as its opposite. */
export class EqualNode extends Relation {
  readonly #wanted: boolean

  constructor(source: Source, left: Node, right: Node, wanted: boolean) {
    super(source, left, right)
    this.#wanted = wanted
  }

  protected override relate(left: Term, right: Term): Truth {
    const yes = equal(left, right, this.source)
    const no = not(yes)
    return this.#wanted ? { yes, no, error: FALSE } : { yes: no, no: yes, error: FALSE }
  }
}

/** When two are equal. Values of different types never are, and comparing them is no error. */
export function equal(left: Term, right: Term, source: Source): Residual {
  if (left.kind === 'value' && right.kind === 'value') return equalValues(left.value, right.value) ? TRUE : FALSE
  const kind = kindOf(left)
  if (kind !== kindOf(right) || entityType(left) !== entityType(right)) return FALSE
  if (left.kind === 'value') return equal(right, left, source)
  if (left.kind === 'read' && right.kind === 'read' && left.key === right.key) return TRUE
  switch (kind) {
    case 'bool':
      if (left.kind === 'read' && right.kind === 'value') {
        return atom({ op: 'holds', term: left }, right.value !== true, source)
      }
      break
    case 'record':
      if (left.kind === 'read' && left.type.kind === 'record') return equalRecords(left, left.type, right, source)
      break
    case 'set':
      return equalSets(left, right, source)
    default:
  }
  return atom({ op: 'equal', left, right }, false, source)
}

function equalSets(left: Term, right: Term, source: Source): Residual {
  return and([containsAll(left, right, source), containsAll(right, left, source)])
}

/** Attribute by attribute; an optional one may be missing in both. */
function equalRecords(left: Owner, type: RecordType, right: Term, source: Source): Residual {
  if (right.kind === 'value' && right.value instanceof RecordValue) {
    for (const name of right.value.attributes.keys()) if (!type.attributes.has(name)) return FALSE
  }
  const parts: Residual[] = []
  for (const [name, attribute] of type.attributes) {
    const mine = readOf(left, name, attribute)
    const theirs = attributeOf(right, name, source)
    const there = attribute.required ? TRUE : atom({ op: 'present', term: mine }, false, source)
    const alsoThere = theirs === undefined ? FALSE : presence(theirs, source)
    const same = theirs === undefined ? FALSE : equal(mine, theirs, source)
    parts.push(or([and([there, alsoThere, same]), and([not(there), not(alsoThere)])]))
  }
  return and(parts)
}

function attributeOf(record: Term, name: string, source: Source): Term | undefined {
  if (record.kind === 'read' && record.type.kind === 'record') {
    const attribute = record.type.attributes.get(name)
    return attribute === undefined ? undefined : readOf(record, name, attribute)
  }
  if (record.kind === 'value' && record.value instanceof RecordValue) {
    const value = record.value.attributes.get(name)
    return value === undefined ? undefined : { kind: 'value', value }
  }
  return unsupported('this record cannot be compared', source)
}

function presence(term: Term, source: Source): Residual {
  return term.kind === 'read' && !term.required ? atom({ op: 'present', term }, false, source) : TRUE
}

/** Kinds whose values PostgreSQL compares within an array exactly as Cedar does. */
const IN_ARRAYS: ReadonlySet<string> = new Set(['string', 'long', 'entity'])

/** When a set has an element. */
export function contains(set: Term, item: Term, source: Source): Residual {
  if (set.kind === 'set') return or(set.items.map((one) => equal(one, item, source)))
  if (set.kind === 'value') {
    if (item.kind === 'value') return itemsOf(set).some((value) => equalValues(value, item.value)) ? TRUE : FALSE
    const values = itemsOf(set).filter((value) => alike(item, { kind: 'value', value }))
    if (values.length < 2 || !IN_ARRAYS.has(kindOf(item))) {
      return or(values.map((value) => equal({ kind: 'value', value }, item, source)))
    }
    return atom({ op: 'contains', left: { kind: 'value', value: new SetValue(values) }, right: item }, false, source)
  }
  return holdsLike(set, item) ? atom({ op: 'contains', left: set, right: item }, false, source) : FALSE
}

/** When a set has every element of another. */
export function containsAll(all: Term, some: Term, source: Source): Residual {
  if (some.kind === 'set') return and(some.items.map((item) => contains(all, item, source)))
  if (some.kind === 'value') {
    const values = itemsOf(some).map((value): Term => ({ kind: 'value', value }))
    if (all.kind !== 'read') return and(values.map((value) => contains(all, value, source)))
    if (values.length === 0) return TRUE
    if (values.some((value) => !holdsLike(all, value))) return FALSE
    return atom({ op: 'containsAll', left: all, right: some }, false, source)
  }
  return atom({ op: 'containsAll', left: matching(all, some), right: some }, false, source)
}

/** When two sets have an element in common. */
export function containsAny(left: Term, right: Term, source: Source): Residual {
  if (right.kind === 'set') return or(right.items.map((item) => contains(left, item, source)))
  if (left.kind === 'set') return containsAny(right, left, source)
  if (left.kind === 'value' && right.kind === 'value') {
    return or(itemsOf(left).map((value) => contains(right, { kind: 'value', value }, source)))
  }
  if (left.kind === 'value') return containsAny(right, left, source)
  const other = matching(right, left)
  if (other.kind === 'value' && itemsOf(other).length === 0) return FALSE
  return atom({ op: 'containsAny', left, right: other }, false, source)
}

function itemsOf(set: Term): readonly Value[] {
  return set.kind === 'value' && set.value instanceof SetValue ? set.value.items : []
}

/** Of a known set, what a set of the row can hold at all: no text among entities, and no entity of another type. */
function matching(known: Term, read: Term): Term {
  if (known.kind !== 'value') return known
  const values = itemsOf(known).filter((value) => holdsLike(read, { kind: 'value', value }))
  return { kind: 'value', value: new SetValue(values) }
}

function holdsLike(set: Term, item: Term): boolean {
  if (set.kind !== 'read' || set.type.kind !== 'set') return false
  const { element } = set.type
  if (kindOfType(element) !== kindOf(item)) return false
  return element.kind !== 'entity' || element.name === entityType(item)
}

function alike(left: Term, right: Term): boolean {
  return kindOf(left) === kindOf(right) && entityType(left) === entityType(right)
}
