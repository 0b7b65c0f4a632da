import { edgeChannel } from '../../../platform/epoch.ts'

/** The epoch of an application. */
export type EpochOf = (tenant: string, application: string) => Promise<number>

export interface Epochs {
  readonly epochOf: EpochOf
  readonly stop: () => void
}

const most = 10_000

/**
 * Remembers epochs until something is told that may have changed one; whoever asks for one that is being read waits for the same answer,
 * but not for one that was asked for before the news. A token names it so that edges know whether they are behind: an older one is never
 * wrong, since every change is told.
 */
export function rememberEpochs(
  read: EpochOf,
  database: { listen(channel: string, heard: () => void): () => void },
): Epochs {
  let remembered = new Map<string, Promise<number>>()
  let unlisten: (() => void) | undefined
  return {
    epochOf: (tenant, application) => {
      // Only from now on is there anything to forget.
      unlisten ??= database.listen(edgeChannel, () => {
        remembered = new Map()
      })
      const key = `${tenant} ${application}`
      const known = remembered.get(key)
      if (known !== undefined) return known
      const own = remembered
      const asked = read(tenant, application)
      if (own.size >= most) own.clear()
      own.set(key, asked)
      asked.catch(() => own.delete(key))
      return asked
    },
    stop: () => unlisten?.(),
  }
}
