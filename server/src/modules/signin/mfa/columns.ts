import type { EncryptedColumn, Keyring } from '../../keys/index.ts'

const purpose = 'sign-in'

/** What second factors keep unreadable, each under a key of its person. */
export interface MfaColumns {
  readonly passkeyName: EncryptedColumn
  readonly totpSecret: EncryptedColumn
}

export function createMfaColumns(keys: Pick<Keyring, 'encrypted'>): MfaColumns {
  return {
    passkeyName: keys.encrypted({ table: 'passkeys', column: 'name', purpose }),
    totpSecret: keys.encrypted({ table: 'authenticator_apps', column: 'secret', purpose }),
  }
}
