import type { Attributes } from '../otlp/index.ts'

/**
 * What a log record may hold and an event may not: U+0000, halves of characters, numbers that are none. One such character
 * is no reason to reject a record.
 */
export function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd').toWellFormed()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(cleanValue)
  return typeof value === 'object' && value !== null ? cleanAttributes(value as Attributes) : value
}

export function cleanAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [cleanValue(name), cleanValue(value)]))
}
