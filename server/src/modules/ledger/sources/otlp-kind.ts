import { EventKind, limits } from '@holdfast/events'

/** The kind of a log record that names no event. */
const unnamed = 'log.recorded'

/**
 * A kind for the name of an event: `Invoice/Refused` is `invoice.refused`. What nothing is left of is `log.recorded`.
 */
export function kindOfName(name: unknown): string {
  if (typeof name !== 'string') return unnamed
  const kind = name
    .slice(0, 4 * limits.kind)
    .toLowerCase()
    .replaceAll(/[./:\s]+/g, '.')
    .replaceAll(/[^a-z0-9_.]+/g, '_')
    .slice(0, limits.kind)
    .replaceAll(/^\.+|\.+$/g, '')
  return EventKind.safeParse(kind).success ? kind : unnamed
}
