/** Bounds on what one request may be; what lies beyond is found, never cut in silence. */
export interface Limits {
  /** Bytes of a body that is inspected. */
  readonly bodyBytes: number
  /** Values of path, query, cookies and body together. */
  readonly values: number
  /** Members of objects and items of arrays within one another. */
  readonly depth: number
  /** Bytes of a name of a parameter or member. */
  readonly nameBytes: number
  readonly parts: number
  /** Findings that one request tells of; more are counted by nobody. */
  readonly findings: number
}

export const LIMITS: Limits = {
  bodyBytes: 1024 * 1024,
  values: 20_000,
  depth: 64,
  nameBytes: 512,
  parts: 256,
  findings: 16,
}
