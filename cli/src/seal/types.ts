/** What `GET /api/v1/seal` says to anybody. */
export interface SealStatus {
  readonly sealed: boolean
  readonly kind: string
  readonly shares: { readonly total: number; readonly threshold: number; readonly given: number } | null
}

/** What `GET /api/v1/seal/details` says to operators. */
export interface SealDetails {
  readonly id: string
  readonly kind: string
  readonly since: string
  readonly shares: { readonly total: number; readonly threshold: number } | null
  readonly root: { readonly generation: number; readonly since: string }
  readonly replicas: readonly { readonly id: string; readonly seenAt: string; readonly answering: boolean }[]
  readonly pending: { readonly shares: number; readonly threshold: number; readonly expiresAt: string } | null
}

export interface SealChanged {
  readonly changed: boolean
  readonly kind: string
  readonly generation: number | null
  readonly shares: readonly { readonly number: number; readonly share: string }[] | null
  readonly expiresAt: string | null
}

export interface SealRotated {
  readonly generation: number
  readonly keys: number
  readonly replicas: number
}
