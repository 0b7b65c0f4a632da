import { formatIp } from '../../extensions/ipaddr.ts'
import { quote, quoteTable, type Writer } from './writer.ts'
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
      const { parts, op } = residual
      to.text('(')
      for (let at = 0; at < parts.length; at++) {
        const part = parts[at]
        if (part === undefined) continue
        to.text(at === 0 ? '' : op === 'and' ? ' AND ' : ' OR ')
        writeCondition(part, scope, to)
      }
      to.text(')')
      return
    }
    default:
      writeAtom(residual, { scope, source: residual.source }, to)
  }
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
  const alias = scope.places.alias()
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
