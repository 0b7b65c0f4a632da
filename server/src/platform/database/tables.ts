/** Who may see a column: everybody, operators, the person concerned, nobody (only its hash or ciphertext is kept). */
export type Classification = 'public' | 'internal' | 'personal' | 'secret'

export interface TableDeclaration {
  /** every tenant has its own rows, held apart by row-level security; or one set of rows for the installation */
  readonly scope: 'tenant' | 'installation'
  readonly columns: Readonly<Record<string, Classification>>
}

export type Tables = Readonly<Record<string, TableDeclaration>>

/** Declares every table of a module with the class of each column; a test compares it with the real database. */
export function declareTables<const T extends Tables>(tables: T): T {
  return tables
}
