import type { Source } from '../errors.ts'
import type { Read, Residual } from '../residual.ts'
import { type Guard, guardOf } from './guards.ts'
import { type Place, Places } from './place.ts'
import type { TableMapping } from '../mapping.ts'
import type { Write } from './writer.ts'

/** What one condition is written with: where things lie, and what must be true of a row for it to have a meaning at all. */
export class SqlScope {
  readonly places: Places
  readonly #found: Map<string, Place> = new Map()
  readonly #guards: Map<string, Guard> = new Map()

  constructor(mapping: TableMapping, alias: string | undefined) {
    this.places = new Places(mapping, alias)
  }

  /** Where an attribute lies. What it, or what it is in, may hold that has no form in Cedar is guarded against once. */
  place(read: Read, source: Source): Place {
    const known = this.#found.get(read.key)
    if (known !== undefined) return known
    if (read.of.kind === 'read') this.place(read.of, source)
    const place = this.places.find(read, source)
    this.#found.set(read.key, place)
    const guard = guardOf(read, place, this, source)
    if (guard !== undefined) this.#guards.set(read.key, guard)
    return place
  }

  /** @param residual what the guards are for: where it cannot hold with a NULL, none against it is needed */
  guards(residual: Residual): readonly Write[] {
    const compared = comparedIn(residual)
    const list: Write[] = []
    for (const [key, { write, onlyNull }] of this.#guards) if (!onlyNull || !compared.has(key)) list.push(write)
    return list
  }
}

/** The attributes whose comparison must hold for the whole to hold: a NULL in one of them makes it none that holds. */
function comparedIn(residual: Residual): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const part of residual.op === 'and' ? residual.parts : [residual]) {
    if (part.op === 'equal' || part.op === 'less' || part.op === 'lessOrEqual') {
      for (const term of [part.left, part.right]) if (term.kind === 'read') keys.add(term.key)
    } else if (part.op === 'holds' || part.op === 'like') {
      if (part.term.kind === 'read') keys.add(part.term.key)
    }
  }
  return keys
}

/** Something that is written in SQL: a part of a condition, with what it needs to be in. */
export interface Atomic {
  readonly scope: SqlScope
  readonly source: Source
}
