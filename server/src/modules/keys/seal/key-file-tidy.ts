import type { Database, Transaction } from '../../../platform/database/database.ts'
import type { KeyFile } from './key-file.ts'
import { knownSeals, takeRootLock } from './store.ts'

/**
 * Takes keys of former seals of this database out of the file; those of others, and those that nobody knows, stay.
 * @param onNote is told what was done, or that it must be done by hand
 */
export async function tidyKeyFile(database: Database, file: KeyFile, onNote: (note: string) => void): Promise<void> {
  if ((await database.asSystem((tx) => retiredIn(tx, file))).length === 0) return
  await database.asSystem(async (tx) => {
    // Alone: a change of the seal that is under way may have written a key which no row names yet.
    await takeRootLock(tx)
    const retired = await retiredIn(tx, file)
    if (retired.length === 0) return
    try {
      file.remove(retired)
      onNote(`The key of the former seal was taken out of ${file.path}.`)
    } catch {
      onNote(
        `The key of the former seal in ${file.path} opens nothing any more. It cannot be removed: do that by hand.`,
      )
    }
  })
}

async function retiredIn(tx: Transaction, file: KeyFile): Promise<readonly string[]> {
  const ids = (file.keys() ?? []).map(({ id }) => id)
  if (ids.length === 0) return []
  const known = await knownSeals(tx, ids)
  return ids.filter((id) => known.get(id) === 'retired')
}
