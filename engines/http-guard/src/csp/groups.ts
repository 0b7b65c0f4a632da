import type { CspReport } from './reports.ts'

/** Reports of one kind: the same directive, what it blocked, and on which page. */
export interface ReportGroup extends CspReport {
  readonly count: number
}

/** Counts reports until somebody takes the counts away. Bounded: what comes when there are too many kinds is counted as lost. */
export class ReportGroups {
  private groups = new Map<string, { report: CspReport; count: number }>()
  private readonly most: number
  lost = 0

  constructor(most: number) {
    this.most = most
  }

  add(report: CspReport): void {
    const { directive, blocked, page, disposition } = report
    const key = `${directive}\n${blocked}\n${page}\n${disposition}`
    const group = this.groups.get(key)
    if (group !== undefined) group.count++
    else if (this.groups.size < this.most) this.groups.set(key, { report, count: 1 })
    else this.lost++
  }

  /** @returns what has come since the last time */
  take(): ReportGroup[] {
    const groups = [...this.groups.values()].map(({ report, count }) => ({ ...report, count }))
    this.groups = new Map()
    this.lost = 0
    return groups
  }
}
