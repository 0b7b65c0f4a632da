import type { Source } from '../errors.ts'
import type { Read } from '../residual.ts'
import { guardOf } from './guards.ts'
import { type Place, Places } from './place.ts'
import type { TableMapping } from '../mapping.ts'
import type { Write } from './writer.ts'

/** What one condition is written with: where things lie, and what must be true of a row for it to have a meaning at all. */
export class SqlScope {
  readonly places: Places
  readonly #found: Map<string, Place> = new Map()
  readonly #guards: Map<string, Write> = new Map()

  constructor(mapping: TableMapping, alias: string | undefined) {
    this.places = new Places(mapping, alias)
  }

  /** Where an attribute lies. What it may hold that has no form in Cedar is guarded against once. */
  place(read: Read, source: Source): Place {
    const known = this.#found.get(read.key)
    if (known !== undefined) return known
    const place = this.places.find(read, source)
    this.#found.set(read.key, place)
    const guard = guardOf(read, place, this, source)
    if (guard !== undefined) this.#guards.set(read.key, guard)
    return place
  }

  get guards(): Iterable<Write> {
    return this.#guards.values()
  }
}

/** Something that is written in SQL: a part of a condition, with what it needs to be in. */
export interface Atomic {
  readonly scope: SqlScope
  readonly source: Source
}
