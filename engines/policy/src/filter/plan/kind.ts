import { Datetime } from '../../extensions/datetime.ts'
import { Decimal } from '../../extensions/decimal.ts'
import { Duration } from '../../extensions/duration.ts'
import { IpAddress } from '../../extensions/ipaddr.ts'
import type { Type } from '../../schema/types.ts'
import { EntityUid, RecordValue, SetValue, type Value } from '../../value.ts'
import type { Term } from '../residual.ts'

/** The kinds of values between which Cedar tells. */
export type Kind = 'bool' | 'long' | 'string' | 'entity' | 'set' | 'record' | 'decimal' | 'ip' | 'datetime' | 'duration'

export function kindOfType(type: Type): Kind {
  return type.kind === 'extension' ? type.constructor : type.kind
}

export function kindOfValue(value: Value): Kind {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value !== 'object') return 'long'
  if (value instanceof EntityUid) return 'entity'
  if (value instanceof SetValue) return 'set'
  if (value instanceof RecordValue) return 'record'
  if (value instanceof Decimal) return 'decimal'
  if (value instanceof IpAddress) return 'ip'
  if (value instanceof Datetime) return 'datetime'
  return value instanceof Duration ? 'duration' : 'record'
}

export function kindOf(term: Term): Kind {
  if (term.kind === 'value') return kindOfValue(term.value)
  return term.kind === 'set' ? 'set' : kindOfType(term.type)
}

/** The type of the entity that a term is; undefined when it is none. */
export function entityType(term: Term): string | undefined {
  if (term.kind === 'value') return term.value instanceof EntityUid ? term.value.type : undefined
  if (term.kind === 'set') return undefined
  return term.type.kind === 'entity' ? term.type.name : undefined
}
