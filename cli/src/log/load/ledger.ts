/** When one event got how far, in milliseconds on one clock. */
interface Traced {
  /** When it was to be sent: waiting for a free connection counts. */
  readonly due: number
  acknowledged?: number
  sequenced?: number
  proven?: number
}

/** What became of the events of a run, by their ids. */
export class LoadLedger {
  readonly refused: Map<string, number> = new Map()
  readonly #events: Map<string, Traced> = new Map()
  /** Seen in the log, perhaps before their acknowledgement has come back. */
  readonly #early: Map<string, Partial<Traced>> = new Map()
  readonly #twice: string[] = []

  acknowledge(ids: readonly string[], due: number, now: number): void {
    for (const id of ids) {
      this.#events.set(id, { due, acknowledged: now, ...this.#early.get(id) })
      this.#early.delete(id)
    }
  }

  refuse(code: string, events: number): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + events)
  }

  /** An event has a place in the log; `proven`: below a checkpoint whose tree was recomputed. */
  seen(id: string, stage: 'sequenced' | 'proven', now: number): void {
    const own = this.#events.get(id) ?? this.#early.get(id)
    if (own === undefined) this.#early.set(id, { [stage]: now })
    else if (own[stage] !== undefined) this.#twice.push(id)
    else own[stage] = now
  }

  /** Acknowledged, and not yet proven. */
  get open(): number {
    return this.count('acknowledged') - this.count('proven')
  }

  get twice(): readonly string[] {
    return this.#twice
  }

  /** The ids of those that were acknowledged and are in no tree. */
  get lost(): readonly string[] {
    return [...this.#events].flatMap(([id, { proven }]) => (proven === undefined ? [id] : []))
  }

  count(stage: 'acknowledged' | 'sequenced' | 'proven'): number {
    let count = 0
    for (const event of this.#events.values()) if (event[stage] !== undefined) count += 1
    return count
  }

  /** How long it took, in milliseconds: the middle, what 5% and 1% exceeded, the most; null when there is none. */
  latencies(stage: 'acknowledged' | 'sequenced' | 'proven'): Latencies | null {
    const all = [...this.#events.values()].flatMap((event) =>
      event[stage] === undefined ? [] : [event[stage] - event.due],
    )
    const sorted = all.toSorted((one, other) => one - other)
    if (sorted.length === 0) return null
    const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0)
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
  }
}

export interface Latencies {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}
