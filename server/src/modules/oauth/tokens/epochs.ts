/** The epoch of an application, as it was not before the question. */
export type EpochOf = (tenant: string, application: string) => Promise<number>

interface Asking {
  readonly running: Promise<number>
  /** for all who came while it was under way: what it finds may be from before their question */
  next: Promise<number> | undefined
}

/** Many tokens of one application are asked for at the same time: those who wait for the same answer share one question. */
export function shareEpochs(read: EpochOf): EpochOf {
  const asked = new Map<string, Asking>()

  function ask(key: string, tenant: string, application: string): Promise<number> {
    const running = read(tenant, application)
    const own: Asking = { running, next: undefined }
    asked.set(key, own)
    const end = () => void (asked.get(key) === own && own.next === undefined && asked.delete(key))
    running.then(end, end)
    return running
  }

  return (tenant, application) => {
    const key = `${tenant} ${application}`
    const under = asked.get(key)
    if (under === undefined) return ask(key, tenant, application)
    const again = () => ask(key, tenant, application)
    under.next ??= under.running.then(again, again)
    return under.next
  }
}
