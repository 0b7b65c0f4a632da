import { OtlpMalformed } from './model.ts'

/** JSON has no exact form for more than 53 bits. */
export function plainInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** @throws OtlpMalformed @returns the integer that a JSON member holds, as text (as the encoding writes it) or number */
export function integerOf(value: unknown, member: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new OtlpMalformed(`${member} is no integer`)
}
