import { type Datetime, formatDatetime } from '../../extensions/datetime.ts'
import { type Decimal, formatDecimal } from '../../extensions/decimal.ts'
import type { Duration } from '../../extensions/duration.ts'
import { formatIp, type IpAddress } from '../../extensions/ipaddr.ts'
import { MAX_LONG, MIN_LONG } from '../../integer.ts'
import { EntityUid, type Value } from '../../value.ts'
import { kindOfValue } from '../plan/kind.ts'

/** How PostgreSQL holds what Cedar calls a string, a long, an entity and so on. */
export type SqlType = 'text' | 'uuid' | 'bigint' | 'numeric' | 'boolean' | 'timestamptz' | 'inet'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const DIGITS = /^(?:0|-?[1-9][0-9]{0,18})$/

/**
 * A value as the parameter that a column of the type is compared with; undefined when no such column can hold it (a text with a NUL, an id that is no
 * uuid): then it is equal to none, and the database must not be asked, for it would fail or read something else.
 */
export function encode(value: Value, type: SqlType): string | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return type === 'bigint' || type === 'numeric' ? String(value) : undefined
  }
  switch (kindOfValue(value)) {
    case 'bool':
      return type === 'boolean' ? (value as boolean) : undefined
    case 'string':
      return type === 'text' ? encodeText(value as string) : undefined
    case 'entity':
      return encodeId((value as EntityUid).id, type)
    case 'decimal':
      return formatDecimal(value as Decimal)
    case 'ip':
      return formatIp(value as IpAddress)
    case 'datetime':
      return type === 'timestamptz' ? encodeInstant(value as Datetime) : String((value as Datetime).milliseconds)
    case 'duration':
      return String((value as Duration).milliseconds)
    default:
      return undefined
  }
}

/** PostgreSQL's text holds no NUL, and a lone surrogate would be sent as another character. */
export function encodeText(text: string): string | undefined {
  return text.includes('\0') || !text.isWellFormed() ? undefined : text
}

function encodeId(id: string, type: SqlType): string | undefined {
  if (type === 'text') return encodeText(id)
  if (type === 'uuid') return UUID.test(id) ? id : undefined
  if (type !== 'bigint' || !DIGITS.test(id)) return undefined
  const number = BigInt(id)
  return number >= MIN_LONG && number <= MAX_LONG ? id : undefined
}

/** Only instants of the years 1 to 9999 have a text that PostgreSQL reads. */
function encodeInstant(instant: Datetime): string | undefined {
  const text = formatDatetime(instant)
  return /^(?!0000)[0-9]{4}-/.test(text) ? text : undefined
}
