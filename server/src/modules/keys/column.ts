import type { EncryptedColumn, Keyring, SealedColumn } from './types.ts'

/** A column whose values are closed for their own row: one that was copied to another row, table or tenant does not open. */
export function encrypted(
  keys: Pick<Keyring, 'ring' | 'openAll'>,
  { table, column, purpose }: SealedColumn,
): EncryptedColumn {
  const openAll: EncryptedColumn['openAll'] = async (tx, items) => {
    const opened = await keys.openAll(
      tx,
      items.map(({ row, sealed }) => ({ place: { table, row, column }, sealed })),
    )
    return opened.map((plain) => plain && plain.toString('utf8'))
  }
  return {
    openAll,
    async close(tx, row, plain, subject) {
      const name = { purpose, subject }
      return (await keys.ring(tx, [name])).close(name, { table, row, column }, plain)
    },
    async open(tx, row, sealed) {
      const [plain = null] = await openAll(tx, [{ row, sealed }])
      return plain
    },
  }
}
