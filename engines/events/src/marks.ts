import type { EventData, PersonalMark } from './event.ts'
import { Personal, subjectOf } from './personal.ts'
import { pointerOf } from './pointer.ts'

/** Values that are looked at; what has more is cut by the scrubber, and a mark behind that shows nothing. */
const MOST_VALUES = 10_000

/** Data without marks, and where they were. Data that has none is given back as it is; anything may be in it, cycles too. */
export function takeMarks(data: EventData): { readonly data: EventData; readonly marks: readonly PersonalMark[] } {
  const marks: PersonalMark[] = []
  try {
    if (!isMarked(data, { left: MOST_VALUES, seen: new Set() })) return { data, marks }
    return { data: take(data, [], { left: MOST_VALUES, seen: new Set(), marks }) as EventData, marks }
  } catch {
    // A getter of somebody's object: the scrubber says what can be read, and the marks show nothing.
    return { data, marks: [] }
  }
}

interface Walk {
  left: number
  readonly seen: Set<object>
}

interface Taking extends Walk {
  readonly marks: PersonalMark[]
}

function isMarked(value: unknown, walk: Walk): boolean {
  if (value instanceof Personal) return true
  if (!isStructure(value) || walk.seen.has(value)) return false
  walk.seen.add(value)
  for (const field of Object.values(value)) {
    walk.left -= 1
    if (walk.left < 0) return false
    if (isMarked(field, walk)) return true
  }
  return false
}

/** A copy in which each mark is its value. What contains itself stays as it is: the scrubber ends it there. */
function take(value: unknown, steps: readonly string[], walk: Taking): unknown {
  if (value instanceof Personal) {
    walk.marks.push({ pointer: pointerOf(steps), subject: subjectOf(value.subject) })
    return value.value
  }
  walk.left -= 1
  if (!isStructure(value) || walk.seen.has(value) || walk.left < 0) return value
  walk.seen.add(value)
  const fields = Object.entries(value).map(([name, field]) => [name, take(field, [...steps, name], walk)] as const)
  walk.seen.delete(value)
  return Array.isArray(value) ? fields.map(([, field]) => field) : Object.fromEntries(fields)
}

/** What is searched: lists and plain objects. */
function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
