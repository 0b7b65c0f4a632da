import type { KeysConfig } from './config.ts'
import type { KeyPurposes } from './shapes.ts'
import { selectPurposes } from './store/purposes.ts'
import type { Db } from './types.ts'

/** The data keys by what they are for, and how much each may encrypt before it is replaced. */
export async function listPurposes(
  tx: Db,
  { messagesPerKey, dataKeyDays }: Pick<KeysConfig, 'messagesPerKey' | 'dataKeyDays'>,
): Promise<KeyPurposes> {
  const rows = await selectPurposes(tx)
  return {
    limit: messagesPerKey,
    days: dataKeyDays,
    items: rows.map(({ purpose, id, version, since, subjects, most_used: used, retired, destroyed }) => ({
      purpose,
      // It encrypts nothing, and is never replaced.
      indexes: purpose.endsWith('/index'),
      shared:
        id === null || version === null || since === null ? null : { id, version, createdAt: since.toISOString() },
      subjects,
      mostUsed: Number(used),
      retired,
      destroyed,
    })),
  }
}
