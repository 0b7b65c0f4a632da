export interface Key {
  readonly id: string
  readonly purpose: string
  readonly subject: string | null
  readonly version: number
  readonly state: 'current' | 'retired' | 'destroyed'
  readonly used: number
  readonly keyEncryptionKey: number | null
  readonly createdAt: string
}

export interface KeyEncryptionKey {
  readonly version: number
  readonly state: 'current' | 'retiring' | 'retired'
  readonly dataKeys: number
  readonly rootGeneration: number
  readonly createdAt: string
  readonly retiredAt: string | null
}

/** What would be lost with keys. */
export interface Hits {
  readonly keys: readonly Key[]
  readonly columns: readonly { readonly table: string; readonly column: string; readonly values: number | null }[]
  readonly values: number
}
