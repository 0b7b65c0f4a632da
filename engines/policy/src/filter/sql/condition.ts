import { formatIp } from '../../extensions/ipaddr.ts'
import { isSame, quote, quoteTable, type Writer, type Written } from './writer.ts'
import { unsupported } from '../errors.ts'
import type { Atom, Read, Residual, Term } from '../residual.ts'
import { writeComparison } from './compare.ts'
import { encodeText } from './encode.ts'
import { presence } from './guards.ts'
import { writeIn } from './hierarchy.ts'
import { idColumn, storageOf } from './place.ts'
import { numeric, scalar } from './scalar.ts'
import type { Atomic, SqlScope } from './scope.ts'
import { writeSetQuestion } from './sets.ts'

/** Writes a condition. What stands in it can be combined with AND, OR and NOT as it is. */
export function writeCondition(residual: Residual, scope: SqlScope, to: Writer): void {
  switch (residual.op) {
    case 'constant':
      to.text(residual.value ? 'TRUE' : 'FALSE')
      return
    case 'and':
    case 'or': {
      writeParts(residual.parts, residual.op === 'and' ? ' AND ' : ' OR ', scope, to)
      return
    }
    default:
      writeAtom(residual, { scope, source: residual.source }, to)
  }
}

/** Each part once: many policies say the same. */
function writeParts(parts: readonly Residual[], operator: string, scope: SqlScope, to: Writer): void {
  const written: Written[] = []
  to.text('(')
  for (const part of parts) {
    const before = to.mark()
    to.text(written.length === 0 ? '' : operator)
    const mark = to.mark()
    writeCondition(part, scope, to)
    const own = to.since(mark)
    if (isAmong(own, written)) to.back(before)
    else written.push(own)
  }
  to.text(')')
}

function isAmong(one: Written, others: readonly Written[]): boolean {
  for (const other of others) if (isSame(one, other)) return true
  return false
}

function writeAtom(atom: Atom, atomic: Atomic, to: Writer): void {
  switch (atom.op) {
    case 'equal':
    case 'less':
    case 'lessOrEqual':
      return writeComparison(atom, atomic, to)
    case 'contains':
    case 'containsAll':
    case 'containsAny':
    case 'isEmpty':
      return writeSetQuestion(atom, atomic, to)
    case 'in':
      return writeIn(atom, atomic, to)
    default:
  }
  to.text(atom.negated ? 'NOT (' : '(')
  switch (atom.op) {
    case 'holds':
      scalar(atom.term, atomic).write(to)
      break
    case 'present':
      presence(atom.term, atomic.scope.place(atom.term, atomic.source), atomic.scope, atomic.source)(to)
      break
    case 'exists':
      writeExists(atom.term, atomic, to)
      break
    case 'like':
      writeLike(atom.term, atom.pieces, atomic, to)
      break
    case 'isIpv4':
      to.text('family(')
      scalar(atom.term, atomic).write(to)
      to.text(') = 4')
      break
    case 'isInRange':
      writeIp(atom.left, atomic, to)
      // One address or range within another, or the same.
      to.text(' <<= ')
      writeIp(atom.right, atomic, to)
      break
    default:
      numeric(atom.term, atomic)(to)
      to.text(' BETWEEN -9223372036854775808 AND 9223372036854775807')
  }
  to.text(')')
}

function writeIp(term: Term, atomic: Atomic, to: Writer): void {
  const value = term.kind === 'value' ? term.value : undefined
  if (typeof value === 'object' && 'prefix' in value) to.value(formatIp(value), 'inet')
  else {
    scalar(term, atomic).write(to)
    to.text('::inet')
  }
}

/** The row of an entity that an attribute refers to. */
function writeExists(term: Term, atomic: Atomic, to: Writer): void {
  const { scope, source } = atomic
  const place = scope.place(term as Read, source)
  const entity = place.at === 'column' ? place.mapping.entity : undefined
  if (place.at !== 'column' || entity === undefined) {
    return unsupported('the mapping does not say where the attributes of this entity lie (`entity`)', source)
  }
  if (entity.always === true) {
    to.text('TRUE')
    return
  }
  const alias = scope.places.inner
  const { column, as } = idColumn(entity.id)
  const same = scope.places.sameId(`${alias}.${quote(column)}`, as, place.sql, storageOf(place.mapping))
  to.text(`EXISTS (SELECT FROM ${quoteTable(entity.table)} ${alias} WHERE ${same})`)
}

function writeLike(term: Term, pieces: readonly string[], atomic: Atomic, to: Writer): void {
  const { write } = scalar(term, atomic)
  const [first = ''] = pieces
  if (pieces.some((piece) => encodeText(piece) === undefined)) {
    to.text('FALSE')
    return
  }
  write(to)
  if (pieces.length === 1) to.text(' = ').value(first, 'text')
  else to.text(' LIKE ').value(pieces.map((piece) => piece.replaceAll(/[\\%_]/g, '\\$&')).join('%'), 'text')
}
