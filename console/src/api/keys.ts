import type { Query } from './client.ts'
import { get, send } from './connection.ts'
import type {
  Answer,
  Key,
  KeyDestruction,
  KeyHits,
  KeyPurposes,
  KeyRotation,
  Page,
  SealChange,
  SealChanged,
  SealDetails,
  SealRotated,
} from './types.ts'

/** The key hierarchy and its seal, unsealed. */
export const keys = {
  purposes: async () => await get<KeyPurposes>('/keys/purposes'),
  list: async (query: Query, signal?: AbortSignal) => await get<Page<Key>>('/keys', query, signal),
  hits: async (which: { readonly id?: string; readonly subject?: string }) => await get<KeyHits>('/keys/hits', which),
  rotate: async (which: KeyRotation) => await send<Key>('POST', '/keys/rotate', which),
  destroy: async (what: KeyDestruction) =>
    await send<Answer<'POST /api/v1/keys/destroy'>>('POST', '/keys/destroy', what),
  wrapping: async () => await get<Answer<'GET /api/v1/key-encryption-keys'>>('/key-encryption-keys'),
  rotateWrapping: async () =>
    await send<Answer<'POST /api/v1/key-encryption-keys/rotate'>>('POST', '/key-encryption-keys/rotate'),

  seal: async () => await get<SealDetails>('/seal/details'),
  changeSeal: async (change: SealChange) => await send<SealChanged>('POST', '/seal/change', change),
  confirmSeal: async (shares: readonly string[]) => await send<SealChanged>('POST', '/seal/change/confirm', { shares }),
  rotateSeal: async () => await send<SealRotated>('POST', '/seal/rotate'),
}
