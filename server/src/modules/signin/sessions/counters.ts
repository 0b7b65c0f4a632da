/** What this process did with tokens of sessions since it began, for whoever watches from outside. */
export interface SessionCounters {
  /** tokens that a browser took in place of an earlier one */
  replaced: number
  /** uses of a replaced token, after its time */
  reused: number
}
