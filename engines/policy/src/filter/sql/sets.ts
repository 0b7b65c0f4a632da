import { SetValue } from '../../value.ts'
import { unsupported } from '../errors.ts'
import type { Atom, Read, Term } from '../residual.ts'
import { encode, type SqlType } from './encode.ts'
import { numeric, scalar } from './scalar.ts'
import type { Atomic } from './scope.ts'
import { arrayOf, elementType, encodeSet, writtenArray } from './set-expression.ts'
import { quote, quoteTable, type Write, type Writer } from './writer.ts'

type SetAtom = Atom & { op: 'contains' | 'containsAll' | 'containsAny' | 'isEmpty' }

/** What is asked of a set. */
export function writeSetQuestion(atom: SetAtom, atomic: Atomic, to: Writer): void {
  to.text(atom.negated ? 'NOT (' : '(')
  switch (atom.op) {
    case 'contains':
      writeContains(atom.left, atom.right, atomic, to)
      break
    case 'isEmpty':
      to.text('cardinality(')
      arrayOf(read(atom.term, atomic), atomic).write(to)
      to.text(') = 0')
      break
    default:
      writeTwo(atom.op, atom.left, atom.right, atomic, to)
  }
  to.text(')')
}

function read(term: Term, { source }: Atomic): Read {
  return term.kind === 'read' ? term : unsupported('this is no set of the row', source)
}

function writeContains(set: Term, item: Term, atomic: Atomic, to: Writer): void {
  if (set.kind === 'value') return writeAmong(item, set.value, atomic, to)
  const owner = read(set, atomic)
  const place = atomic.scope.place(owner, atomic.source)
  const type = elementType(owner, place, atomic.source)
  const wanted = written(item, type, atomic)
  if (wanted === undefined) {
    to.text('FALSE')
  } else if (place.at === 'setTable') {
    writeExists(owner, ' = ', wanted, atomic, to)
  } else if (item.kind === 'value') {
    // The form that an index on the array can answer.
    arrayOf(owner, atomic).write(to)
    to.text(' @> ARRAY[')
    wanted(to)
    to.text(']')
  } else {
    wanted(to)
    to.text(' = ANY(')
    const array = arrayOf(owner, atomic)
    array.write(to)
    to.text(item.kind === 'calculation' ? '::numeric[])' : ')')
  }
}

/** One value of the row among known ones. */
function writeAmong(item: Term, set: unknown, atomic: Atomic, to: Writer): void {
  const { type, write } = scalar(item, atomic)
  write(to)
  to.text(' = ANY(')
  to.value(set instanceof SetValue ? encodeSet(set, type).list : [], `${type}[]`)
  to.text(')')
}

/** The element that is looked for; undefined when no such set can hold it. */
function written(item: Term, type: SqlType, atomic: Atomic): Write | undefined {
  if (item.kind === 'value') {
    const encoded = encode(item.value, type)
    return encoded === undefined ? undefined : (to) => void to.value(encoded, type)
  }
  if (item.kind === 'calculation') return numeric(item, atomic)
  const one = scalar(item, atomic)
  return (to) => {
    one.write(to)
    // An id that is stored otherwise than the set's: both as texts, and then only texts can be compared.
    to.text(
      one.type === type ? '' : `::${one.type === 'bigint' && type === 'numeric' ? 'numeric' : differs(type, atomic)}`,
    )
  }
}

function differs(type: SqlType, { source }: Atomic): string {
  return type === 'text' || type === 'bigint' ? type : unsupported('ids that are stored in different ways', source)
}

/** In a table of elements, a row for this one. */
function writeExists(owner: Read, comparison: string, wanted: Write, atomic: Atomic, to: Writer): void {
  const place = atomic.scope.place(owner, atomic.source)
  if (place.at !== 'setTable') return unsupported('this is no table of elements', atomic.source)
  const alias = atomic.scope.places.inner
  const { table, owner: column, value } = place.mapping
  const where = `${alias}.${quote(column)} = ${place.owner} AND ${alias}.${quote(value)}`
  to.text(`EXISTS (SELECT FROM ${quoteTable(table)} ${alias} WHERE ${where}${comparison}`)
  wanted(to)
  to.text(')')
}

function writeTwo(op: 'containsAll' | 'containsAny', left: Term, right: Term, atomic: Atomic, to: Writer): void {
  const owner = left.kind === 'read' ? left : read(right, atomic)
  const place = atomic.scope.place(owner, atomic.source)
  const type = elementType(owner, place, atomic.source)
  const known = left.kind === 'value' ? left.value : right.kind === 'value' ? right.value : undefined
  if (known instanceof SetValue && left.kind === 'read') {
    const { list, whole } = encodeSet(known, type)
    if (op === 'containsAll' && !whole) {
      to.text('FALSE')
      return
    }
    if (op === 'containsAny' && place.at === 'setTable') {
      return writeExists(owner, ' = ANY(', (inner) => void inner.value(list, `${type}[]`).text(')'), atomic, to)
    }
  }
  const side = (term: Term) => (term.kind === 'read' ? arrayOf(term, atomic) : writtenArray(term, type, atomic))
  const [a, b] = [side(left), side(right)]
  const same = a.type === b.type
  a.write(to)
  to.text(same ? '' : commonType(a.type, b.type, atomic))
  to.text(op === 'containsAll' ? ' @> ' : ' && ')
  b.write(to)
  to.text(same ? '' : commonType(a.type, b.type, atomic))
  to.text(
    (same ? a.type === 'text' : true) && left.kind !== 'value' && right.kind !== 'value' && !isNumber(a.type)
      ? ' COLLATE "C"'
      : '',
  )
}

function isNumber(type: SqlType): boolean {
  return type === 'bigint' || type === 'numeric' || type === 'uuid'
}

function commonType(left: SqlType, right: SqlType, { source }: Atomic): string {
  if (left === 'numeric' || right === 'numeric') return '::numeric[]'
  return left === 'text' || right === 'text' ? '::text[]' : unsupported('ids that are stored in different ways', source)
}
