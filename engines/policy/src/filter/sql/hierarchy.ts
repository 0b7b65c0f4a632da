import { EntityUid, SetValue } from '../../value.ts'
import { FilterError, unsupported } from '../errors.ts'
import type { ParentMapping } from '../mapping.ts'
import { entityType } from '../plan/kind.ts'
import type { Atom, Known } from '../residual.ts'
import { encodeSet } from './set-expression.ts'
import { scalar } from './scalar.ts'
import type { Atomic } from './scope.ts'
import { quote, quoteTable, type Writer } from './writer.ts'
import type { SqlType } from './encode.ts'

type InAtom = Atom & { op: 'in' }

/** An entity of the row is one of the targets, or in one of them. */
export function writeIn(atom: InAtom, atomic: Atomic, to: Writer): void {
  const { term, targets, known } = atom
  const type = entityType(term) ?? unsupported('this is no entity', atomic.source)
  const parents = parentsOf(atom, atomic)
  const { type: as, write } = scalar(term, atomic)
  const parts: ((to: Writer) => void)[] = []
  const list = encodeSet(idsOf(type, targets, known), as).list
  if (list.length > 0) {
    parts.push((to) => {
      write(to)
      to.text(' = ANY(').value(list, `${as}[]`).text(')')
    })
  }
  if (parents !== undefined) {
    refuseGaps(type, parents, targets, known, atomic)
    for (const parent of parents) {
      const reached = reachedIds(parent, targets, known, atomic)
      if (reached.length > 0) parts.push((to) => writeParent(parent, reached, { as, write }, atomic, to))
    }
  }
  to.text(atom.negated ? 'NOT (' : '(')
  if (parts.length === 0) to.text('FALSE')
  parts.forEach((part, at) => {
    to.text(at === 0 ? '' : ' OR ')
    part(to)
  })
  to.text(')')
}

/** How the entity's parents are mapped. Undefined: what the decisions know of it is all that there is. */
function parentsOf({ term, targets, known }: InAtom, { scope, source }: Atomic): readonly ParentMapping[] | undefined {
  if (term.kind === 'read') {
    const place = scope.place(term, source)
    const parents = place.at === 'column' ? place.mapping.parents : undefined
    if (parents !== undefined && term.of.kind !== 'resource') {
      return unsupported('the parents of an entity that is not of the row itself', source)
    }
    return parents
  }
  if (term.kind !== 'resource') return unsupported('this is no entity of the row', source)
  const { parents } = scope.places.mapping
  if (parents !== undefined) return parents
  const { name: type } = term.type as { name: string }
  if (targets.some((target) => reaches(known, type, target.type))) {
    throw new FilterError(
      'filter_mapping',
      `the mapping does not say what entities of type \`${type}\` are in (\`parents\`)`,
      source,
    )
  }
  return undefined
}

/** Whether entities of a type can be in one of another type, by the schema. */
function reaches({ schema }: Known, from: string, type: string): boolean {
  const open = [from]
  const seen = new Set<string>()
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const parent of schema.type(at)?.memberOf ?? []) {
      if (parent === type) return true
      if (!seen.has(parent)) open.push(parent)
      seen.add(parent)
    }
  }
  return false
}

/** Every way by which the schema lets the entity be in a target must be mapped. */
function refuseGaps(
  type: string,
  parents: readonly ParentMapping[],
  targets: readonly EntityUid[],
  known: Known,
  { source }: Atomic,
): void {
  for (const target of targets) {
    if (parents.some((parent) => parent.kind === 'closure' && parent.type === target.type)) continue
    for (const direct of known.schema.type(type)?.memberOf ?? []) {
      const leads = direct === target.type || reaches(known, direct, target.type)
      if (!leads || parents.some((parent) => parent.type === direct)) continue
      throw new FilterError('filter_mapping', `no \`parents\` of the mapping are of type \`${direct}\``, source)
    }
  }
}

/** The ids of entities of a type that are in a target as far as decisions know, the targets of that type among them. */
function idsOf(type: string, targets: readonly EntityUid[], { entities }: Known): SetValue {
  return new SetValue(targets.flatMap((target) => entities.members(target, type).map((id) => new EntityUid(type, id))))
}

/** Which parents of that mapping make the entity one that is in a target. */
function reachedIds(
  parent: ParentMapping,
  targets: readonly EntityUid[],
  known: Known,
  { source }: Atomic,
): readonly unknown[] {
  const reached = targets.filter((target) => {
    if (target.type === parent.type && parent.kind !== 'column' && parent.kind !== 'table') return true
    const above = reaches(known, parent.type, target.type)
    if (above && parent.above !== 'known' && !(parent.kind === 'closure' && target.type !== parent.type)) {
      throw new FilterError(
        'filter_mapping',
        `entities of type \`${parent.type}\` can be in \`${target.type}\`: map them as \`closure\` or \`tree\`, or say \`above: 'known'\``,
        source,
      )
    }
    return target.type === parent.type || above
  })
  const ids =
    parent.above === 'known'
      ? idsOf(parent.type, reached, known)
      : new SetValue(reached.filter(({ type }) => type === parent.type))
  return encodeSet(ids, parent.as ?? 'text').list
}

interface Child {
  readonly as: SqlType
  readonly write: (to: Writer) => void
}

function writeParent(parent: ParentMapping, ids: readonly unknown[], child: Child, atomic: Atomic, to: Writer): void {
  const { places } = atomic.scope
  const as = parent.as ?? 'text'
  switch (parent.kind) {
    case 'column':
      // A parent that is missing is none: never unknown, not even when the whole is negated.
      to.text(`COALESCE(${places.column(parent.column)} = ANY(`)
        .value(ids, `${as}[]`)
        .text('), FALSE)')
      return
    case 'tree': {
      const { inner } = places
      const [id, up] = [quote(parent.id), quote(parent.parent)]
      const from = `SELECT child.${id} FROM ${quoteTable(parent.table)} child`
      const column = places.column(parent.column)
      // The walk begins with what lies in the targets: a target need have no row, and both halves of the walk read the same column.
      to.text(`COALESCE(${column} = ANY(`).value(ids, `${as}[]`)
      to.text(`) OR ${column} IN (WITH RECURSIVE ${inner}(id) AS (${from} WHERE child.${up} = ANY(`)
      to.value(ids, `${as}[]`)
      to.text(`) UNION ${from} JOIN ${inner} ON child.${up} = ${inner}.id) SELECT id FROM ${inner}`)
      to.text(' WHERE id IS NOT NULL), FALSE)')
      return
    }
    default: {
      const alias = places.inner
      to.text(`EXISTS (SELECT FROM ${quoteTable(parent.table)} ${alias} WHERE ${alias}.${quote(parent.child)} = `)
      child.write(to)
      to.text(` AND ${alias}.${quote(parent.parent)} = ANY(`)
        .value(ids, `${as}[]`)
        .text(')')
      if (parent.typeColumn !== undefined) {
        to.text(` AND ${alias}.${quote(parent.typeColumn)} = `).value(parent.type, 'text')
      }
      to.text(')')
    }
  }
}
