import type { Schema } from '@holdfast/policy'
import { CatalogueError, faultsOf, type Queryable, requirementsKey } from './catalogue.ts'
import type { Resource } from '../resource.ts'

/**
 * How a resource stands: its columns were `checked` against what the schema in force needs of them, are `checking`, have faults, or were
 * never handed to `checkColumns`.
 */
export type Standing = 'checked' | 'checking' | 'unregistered' | { readonly faults: readonly string[] }

/** Lets filters and masks be made only of columns that fit: a NULL or an inexact type would let rows through that no policy allows. */
export interface ColumnChecks {
  /**
   * @param beside what else is wrong with a resource, to be told with the rest
   * @throws CatalogueError with all faults of all of them
   */
  check(
    database: Queryable,
    resources: readonly Resource[],
    schema: Schema | null,
    beside: (resource: Resource, schema: Schema) => readonly string[],
  ): Promise<void>
  /** Begins a check where the schema now needs something else of the columns. */
  standing(resource: Resource, schema: Schema): Standing
  /** Begins it for all of them, when there is a new schema: before somebody asks. */
  refresh(schema: Schema): void
}

interface Entry {
  database: Queryable
  /** What was needed when it was looked at last. */
  key: string | undefined
  faults: readonly string[]
  checking: Promise<void> | undefined
}

export function createColumnChecks(onProblem: (problem: Error) => void): ColumnChecks {
  const entries = new Map<Resource, Entry>()
  const keys = new WeakMap<Schema, Map<Resource, string>>()

  /** Asked for each filter: worked out once for a schema. */
  function keyOf(resource: Resource, schema: Schema): string {
    const known = keys.get(schema) ?? new Map<Resource, string>()
    keys.set(schema, known)
    const key = known.get(resource) ?? requirementsKey(resource, schema)
    known.set(resource, key)
    return key
  }

  async function look(entry: Entry, resource: Resource, schema: Schema): Promise<void> {
    const faults = await faultsOf(entry.database, resource, schema)
    Object.assign(entry, { faults, key: keyOf(resource, schema) })
  }

  function standing(resource: Resource, schema: Schema): Standing {
    const entry = entries.get(resource)
    if (entry === undefined) return 'unregistered'
    if (entry.key === keyOf(resource, schema)) return entry.faults.length === 0 ? 'checked' : { faults: entry.faults }
    entry.checking ??= look(entry, resource, schema)
      .then(() => {
        if (entry.faults.length > 0) onProblem(new CatalogueError(entry.faults))
      }, onProblem)
      .finally(() => {
        entry.checking = undefined
      })
    return 'checking'
  }

  return {
    standing,
    refresh: (schema) => {
      for (const resource of entries.keys()) standing(resource, schema)
    },
    check: async (database, resources, schema, beside) => {
      const registered = resources.map((resource) => {
        const entry: Entry = { database, key: undefined, faults: [], checking: undefined }
        entries.set(resource, entry)
        return { resource, entry }
      })
      if (schema === null) return
      await Promise.all(registered.map(({ resource, entry }) => look(entry, resource, schema)))
      const faults = registered.flatMap(({ resource, entry }) => [...beside(resource, schema), ...entry.faults])
      if (faults.length > 0) throw new CatalogueError(faults)
    },
  }
}
