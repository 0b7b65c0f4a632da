/** Waits until the entry is written. @throws what kept its group from being written */
export type GroupCommit<Entry> = (entry: Entry) => Promise<void>

/**
 * For frequent records that must be there before an answer leaves: those that come while one transaction is under way are
 * written by the next, together. A single one does not wait for others.
 * @param most entries of one transaction
 */
export function createGroupCommit<Entry>(
  write: (entries: readonly Entry[]) => Promise<void>,
  most: number,
): GroupCommit<Entry> {
  interface Waiting {
    readonly entry: Entry
    readonly done: PromiseWithResolvers<void>
  }
  const waiting: Waiting[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    for (let group = waiting.splice(0, most); group.length > 0; group = waiting.splice(0, most)) {
      try {
        await write(group.map(({ entry }) => entry))
        for (const { done } of group) done.resolve()
      } catch (error) {
        for (const { done } of group) done.reject(error)
      }
    }
    running = false
  }

  return (entry) => {
    const done = Promise.withResolvers<void>()
    waiting.push({ entry, done })
    if (!running) void run()
    return done.promise
  }
}
