import type { Reference, UnsequencedEvent } from '../event.ts'
import { pointerOf } from '../pointer.ts'

/** A member of `data` that may stand in a second place; what is personal has one place only, so that it can be erased. */
export function readMember({ data, personal }: UnsequencedEvent, name: string): unknown {
  if (!Object.hasOwn(data, name)) return undefined
  if (personal === undefined) return data[name]
  const pointer = pointerOf([name])
  const marked = personal.some((mark) => mark.pointer === pointer || mark.pointer.startsWith(`${pointer}/`))
  return marked ? undefined : data[name]
}

/** The same, where it is a text. */
export function readText(event: UnsequencedEvent, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : readMember(event, name)
  return typeof value === 'string' ? value : undefined
}

/** The same, where it is a text or a list of texts. */
export function readTexts(event: UnsequencedEvent, name: string | undefined): readonly string[] {
  const value = name === undefined ? undefined : readMember(event, name)
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** The same, where it is a list of principals. */
export function readReferences(event: UnsequencedEvent, name: string): readonly Reference[] {
  const value = readMember(event, name)
  return Array.isArray(value) ? value.filter(isReference) : []
}

export function isReference(value: unknown): value is Reference {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('id' in value)) return false
  return typeof value.type === 'string' && typeof value.id === 'string'
}
