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

/**
 * The same for what belongs to tenants: each tenant's entries are written by a transaction of their own, and what one cannot have
 * written keeps nothing from the others. An entry that was not written does not say so: `write` marks those that were.
 * @param onError told of what kept one tenant's entries from being written
 */
export function createGroupCommitByTenant<Entry extends { readonly asked: { readonly tenant: string } }>(
  write: (tenant: string, entries: readonly Entry[]) => Promise<void>,
  onError: (error: unknown) => void,
  most: number,
): GroupCommit<Entry> {
  return createGroupCommit<Entry>(async (entries) => {
    const byTenant = Map.groupBy(entries, ({ asked }) => asked.tenant)
    for (const [tenant, own] of byTenant) await write(tenant, own).catch(onError)
  }, most)
}
