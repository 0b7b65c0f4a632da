import type { Guard } from './guards.ts'
import type { Sample } from './sample.ts'

/** One row: how many samples there are of a kind, and how many of them each guard blocks. */
export interface Count {
  samples: number
  readonly blocked: number[]
}

/** @param told is asked for each sample and each guard, with what blocked it */
export function count(
  samples: readonly Sample[],
  guards: readonly Guard[],
  told: (sample: Sample, guard: Guard, by: string | undefined) => void,
): ReadonlyMap<string, Count> {
  const rows = new Map<string, Count>()
  for (const sample of samples) {
    const row = rows.get(sample.kind) ?? { samples: 0, blocked: guards.map(() => 0) }
    rows.set(sample.kind, row)
    row.samples++
    guards.forEach((guard, at) => {
      const by = guard.blocks(sample)
      told(sample, guard, by)
      if (by !== undefined) row.blocked[at] = (row.blocked[at] ?? 0) + 1
    })
  }
  return rows
}

export function total(rows: ReadonlyMap<string, Count>, guards: readonly Guard[]): Count {
  const all = [...rows.values()]
  return {
    samples: all.reduce((sum, { samples }) => sum + samples, 0),
    blocked: guards.map((_, at) => all.reduce((sum, { blocked }) => sum + (blocked[at] ?? 0), 0)),
  }
}

/** A kind's line: its samples, and for each guard the share (in percent) that it blocks or passes. */
export function line(kind: string, { samples, blocked }: Count, what: 'blocked' | 'passed'): string {
  const shares = blocked.map((count) => {
    const right = what === 'blocked' ? count : samples - count
    return `${((100 * right) / samples).toFixed(2)} %`.padStart(12)
  })
  return `  ${kind.padEnd(34)}${String(samples).padStart(7)}${shares.join('')}`
}
