import type { EncryptedColumn, IndexText, Keyring } from '../../keys/index.ts'
import type { Reading } from '../../directory/index.ts'

const purpose = 'sign-in'

/** What federation keeps unreadable. */
export interface FederationColumns {
  readonly secret: EncryptedColumn
  /** of linked accounts: under the person's own key */
  readonly label: EncryptedColumn
  readonly offered: EncryptedColumn
  index(tx: Reading): Promise<IndexText>
}

export function createFederationColumns(keys: Pick<Keyring, 'encrypted' | 'blindIndex'>): FederationColumns {
  return {
    secret: keys.encrypted({ table: 'connections', column: 'client_secret', purpose }),
    label: keys.encrypted({ table: 'upstream_identities', column: 'label', purpose }),
    offered: keys.encrypted({ table: 'upstream_offers', column: 'label', purpose }),
    index: (tx) => keys.blindIndex(tx, purpose),
  }
}

/** By what an account elsewhere is found: keyed, so that who has the table cannot look for somebody. */
export async function subjectKey(
  tx: Reading,
  columns: Pick<FederationColumns, 'index'>,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<Buffer> {
  return (await columns.index(tx))('upstream_identities.subject_key', JSON.stringify([issuer, subject]))
}
