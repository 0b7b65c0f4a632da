import { Datetime } from '../../extensions/datetime.ts'
import { add } from '../../integer.ts'
import { kindOf } from '../plan/kind.ts'
import type { Atom, Term } from '../residual.ts'
import { encode } from './encode.ts'
import { isNumeric, numeric, type Scalar, scalar } from './scalar.ts'
import type { Atomic } from './scope.ts'
import type { Writer } from './writer.ts'

type Operator = '=' | '<>' | '<' | '<=' | '>' | '>='

const OPERATORS = { equal: ['=', '<>'], less: ['<', '>='], lessOrEqual: ['<=', '>'] } as const
const TURNED: { readonly [O in Operator]: Operator } = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Equality and order. At least one side is of the row. */
export function writeComparison(atom: Atom & { op: keyof typeof OPERATORS }, atomic: Atomic, to: Writer): void {
  const operator = OPERATORS[atom.op][atom.negated ? 1 : 0]
  const { left, right } = atom
  if (left.kind === 'value') return writeWithValue(right, TURNED[operator], left, atomic, to)
  if (right.kind === 'value') return writeWithValue(left, operator, right, atomic, to)
  if (left.kind === 'calculation' || right.kind === 'calculation')
    return writeNumbers(left, operator, right, atomic, to)
  const [a, b] = [scalar(left, atomic), scalar(right, atomic)]
  if (isNumeric(left) && (a.type !== b.type || a.type === 'timestamptz')) {
    return writeNumbers(left, operator, right, atomic, to)
  }
  a.write(to)
  // Ids that are stored otherwise are compared as what they are: texts. Columns of two collations cannot be compared without naming one.
  const text = kindOf(left) === 'string' || kindOf(left) === 'entity'
  to.text(text && a.type !== 'text' && a.type !== b.type ? '::text' : '').text(` ${operator} `)
  b.write(to)
  to.text(text && b.type !== 'text' && a.type !== b.type ? '::text' : '')
  to.text(text && (a.type === 'text' || b.type === 'text') ? ' COLLATE "C"' : '')
}

function writeNumbers(left: Term, operator: Operator, right: Term, atomic: Atomic, to: Writer): void {
  numeric(left, atomic)(to)
  to.text(` ${operator} `)
  numeric(right, atomic)(to)
}

function writeWithValue(
  term: Term,
  operator: Operator,
  value: Term & { kind: 'value' },
  atomic: Atomic,
  to: Writer,
): void {
  if (term.kind === 'calculation') return writeNumbers(term, operator, value, atomic, to)
  const one = scalar(term, atomic)
  if (one.type === 'timestamptz') return writeInstant(term, one, operator, value, atomic, to)
  const encoded = encode(value.value, one.type)
  if (encoded === undefined) {
    // No row can hold it.
    to.text(operator === '<>' ? 'TRUE' : 'FALSE')
    return
  }
  one.write(to)
  to.text(` ${operator} `).value(encoded, one.type)
}

/** The instant of a column is cut to milliseconds: it is `at` when it lies in the millisecond that begins there. The column stays alone, for its index. */
function writeInstant(
  term: Term,
  column: Scalar,
  operator: Operator,
  value: Term & { kind: 'value' },
  atomic: Atomic,
  to: Writer,
): void {
  const at = value.value as Datetime
  const begin = encode(at, 'timestamptz')
  const end =
    typeof at.milliseconds === 'number' ? encode(new Datetime(add(at.milliseconds, 1)), 'timestamptz') : undefined
  if (begin === undefined || end === undefined) return writeNumbers(term, operator, value, atomic, to)
  const part = (comparison: string, bound: unknown) => {
    column.write(to)
    to.text(comparison).value(bound, 'timestamptz')
  }
  switch (operator) {
    case '<':
      return part(' < ', begin)
    case '>=':
      return part(' >= ', begin)
    case '<=':
      return part(' < ', end)
    case '>':
      return part(' >= ', end)
    default: {
      const equal = operator === '='
      to.text('(')
      part(equal ? ' >= ' : ' < ', begin)
      to.text(equal ? ' AND ' : ' OR ')
      part(equal ? ' < ' : ' >= ', end)
      to.text(')')
    }
  }
}
