import { get, send } from './connection.ts'
import type { SealStatus } from './types.ts'

/** What a sealed server answers: nothing else does. */
export const unseal = {
  status: async (signal?: AbortSignal) => await get<SealStatus>('/seal', {}, signal),
  give: async (what: { readonly share: string } | { readonly passphrase: string }) =>
    await send<SealStatus>('POST', '/seal/unseal', what),
}
