/** Tells the control plane something at intervals, and never twice at a time. */
export class Telling {
  private readonly tell: () => Promise<void>
  private readonly timer: NodeJS.Timeout
  private under: Promise<void> | null = null

  /** @param tell takes what there is, and rejects never */
  constructor(everyMs: number, tell: () => Promise<void>) {
    this.tell = tell
    this.timer = setInterval(() => void this.flush(), everyMs)
    this.timer.unref()
  }

  /** Tells what there is, unless an answer is still awaited. */
  flush(): Promise<void> {
    this.under ??= this.tell().finally(() => {
      this.under = null
    })
    return this.under
  }

  /** Tells what came since the last time, and no more. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.under
    await this.flush()
  }
}
