import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import type { SigninDeps } from '../types.ts'

/** What the use cases of invitations work with. */
export interface InvitationColumns {
  readonly email: EncryptedColumn
}

export type InvitationTools = SigninDeps & { readonly invitationColumns: InvitationColumns }

export function createInvitationColumns(keys: Pick<Keyring, 'encrypted'>): InvitationColumns {
  return { email: keys.encrypted({ table: 'invitations', column: 'email', purpose: 'sign-in' }) }
}
