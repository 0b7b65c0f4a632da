import type { Report } from './runner.ts'

/**
 * Does the same with each item, some at a time; what they report comes in the order of the items all the same.
 * @param atOnce how many are under way together
 */
export async function inOrder<Item>(
  items: readonly Item[],
  atOnce: number,
  report: Report,
  play: (item: Item, at: number, report: Report) => Promise<void>,
): Promise<void> {
  const told = items.map(() => new Held())
  let next = 0
  let flushed = 0
  const finished = new Set<number>()
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const [item, held] = [items[at], told[at]]
      if (item === undefined || held === undefined) continue
      await play(item, at, held)
      finished.add(at)
      while (finished.has(flushed)) told[flushed++]?.tell(report)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
}

/** Keeps what is reported until somebody may hear it. */
class Held implements Report {
  readonly #told: ((report: Report) => void)[] = []

  pass(): void {
    this.#told.push((report) => report.pass())
  }

  fail(name: string, detail: string): void {
    this.#told.push((report) => report.fail(name, detail))
  }

  skip(reason: string, count?: number): void {
    this.#told.push((report) => report.skip(reason, count))
  }

  note(line: string): void {
    this.#told.push((report) => report.note(line))
  }

  tell(report: Report): void {
    for (const tell of this.#told.splice(0)) tell(report)
  }
}
