/** Who may see a column: everybody, operators, the person concerned, nobody. */
export type Classification = 'public' | 'internal' | 'personal' | 'secret'

/**
 * How a column that is not for everybody's eyes lies in the database, which a thief of it or of a backup reads:
 * - `encrypted`: closed by `keys.encrypted(column)` or a key ring, for this very place (bytea)
 * - `digest`: a hash of something with 256 random bits, a password hash, or a keyed hash (blind index): found by
 *   equality, never read back (bytea, bigint[] of keyed hashes, or text in PHC form for passwords)
 * - `wrapped`: a key, encrypted by another key or by a seal (bytea)
 * - `plain`: readable, for the reason given
 */
export type Keeping = 'encrypted' | 'digest' | 'wrapped' | 'plain'

export interface KeptColumn {
  readonly class: 'personal' | 'secret'
  readonly kept: Keeping
  /** why it is readable */
  readonly reason: string | null
}

/** Whoever declares a column personal or secret says how it is kept: `personal.encrypted`, `secret.digest`. */
export type Column = 'public' | 'internal' | KeptColumn

export interface TableDeclaration {
  /** every tenant has its own rows, held apart by row-level security; or one set of rows for the installation */
  readonly scope: 'tenant' | 'installation'
  readonly columns: Readonly<Record<string, Column>>
}

export type Tables = Readonly<Record<string, TableDeclaration>>

interface Ways {
  readonly encrypted: KeptColumn
  readonly digest: KeptColumn
  readonly wrapped: KeptColumn
  /** @param reason why this may be read by whoever has the database: a sentence */
  plain(reason: string): KeptColumn
}

function ways(of: 'personal' | 'secret'): Ways {
  const column = (kept: Keeping, reason: string | null = null): KeptColumn => ({ class: of, kept, reason })
  return {
    encrypted: column('encrypted'),
    digest: column('digest'),
    wrapped: column('wrapped'),
    plain: (reason) => column('plain', reason),
  }
}

/** About a person. */
export const personal: Ways = ways('personal')
/** For nobody. */
export const secret: Ways = ways('secret')

export function classOf(column: Column): Classification {
  return typeof column === 'string' ? column : column.class
}

/** Declares every table of a module with the class of each column; a test compares it with the real database. */
export function declareTables<const T extends Tables>(tables: T): T {
  return tables
}

/** What the procedure `keep_history` makes of a table: these columns of every version, and who recorded it when. */
export function historyOf<const Names extends string>(...names: readonly Names[]) {
  const kept = Object.fromEntries(names.map((name) => [name, 'internal'])) as Record<Names, 'internal'>
  return {
    scope: 'tenant',
    columns: { tenant_id: 'internal', ...kept, ordinal: 'internal', ...recorded },
  } as const
}

/** The columns of every table of versions. */
export const recorded = {
  recorded_from: 'internal',
  recorded_to: 'internal',
  recorded_by: 'internal',
  closed_by: 'internal',
} as const
