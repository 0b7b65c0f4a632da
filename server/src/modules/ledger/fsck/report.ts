/** What is wrong with the log, where. */
export interface Problem {
  readonly code:
    | 'entry_missing'
    | 'tile_wrong'
    | 'checkpoint_wrong'
    | 'head_wrong'
    | 'event_missing'
    | 'event_changed'
    | 'event_unreadable'
    | 'field_missing'
    | 'column_wrong'
    | 'event_unplaced'
    | 'removal_untold'
  /** place in the log, where it is of one */
  readonly seq: number | null
  /** id of the event, where it is of one */
  readonly event: string | null
  readonly detail: string
}

export interface Report {
  add(code: Problem['code'], seq: number | null, event: string | null, detail: string): void
  /** the first ones */
  readonly problems: readonly Problem[]
  /** of all */
  readonly found: number
}

/** Problems that are named; of more there is a count. */
const most = 100

export function createReport(): Report {
  const problems: Problem[] = []
  let found = 0
  return {
    add(code, seq, event, detail) {
      found += 1
      if (problems.length < most) problems.push({ code, seq, event, detail })
    },
    problems,
    get found() {
      return found
    },
  }
}
