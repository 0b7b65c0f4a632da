import { EvaluationError } from '../errors.ts'
import { fromBigInt, type Integer } from '../integer.ts'
import type { Comparable, Composite } from '../value.ts'

/** A decimal with four digits after the point: a 64-bit count of ten-thousandths. */
export class Decimal implements Comparable {
  readonly units: Integer

  constructor(units: Integer) {
    this.units = units
  }

  get typeName(): string {
    return 'a decimal'
  }

  equals(other: Composite): boolean {
    return other instanceof Decimal && other.units === this.units
  }

  key(): string {
    return `d${this.units}`
  }
}

const FORM = /^(-?)([0-9]+)\.([0-9]+)$/

/** `decimal("12.34")`: digits on both sides of the point, at most four after it. */
export function parseDecimal(text: string): Decimal {
  const match = FORM.exec(text)
  if (match === null) throw new EvaluationError(`\`${text}\` is not a decimal`)
  const [, sign = '', whole = '', fraction = ''] = match
  if (fraction.length > 4) throw new EvaluationError(`\`${text}\` has more than four digits after the decimal point`)
  // Nineteen digits hold every 64-bit number; a longer one is refused before it is converted.
  const digits = (whole + fraction.padEnd(4, '0')).replace(/^0+/, '')
  const units = digits.length > 19 ? undefined : fromBigInt(BigInt(`${sign}${digits === '' ? '0' : digits}`))
  if (units === undefined) throw new EvaluationError(`\`${text}\` does not fit a decimal`)
  return new Decimal(units)
}

/** The decimal as text, with at least one digit after the point. */
export function formatDecimal({ units }: Decimal): string {
  const digits = String(units < 0 ? -BigInt(units) : units).padStart(5, '0')
  return `${units < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4).replace(/0{1,3}$/, '')}`
}
