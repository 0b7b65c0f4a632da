import type { Protection } from '../../../api/types.ts'

/** What is being edited, as each part of the page has it. */
export interface Draft {
  readonly app: string
  readonly settings: Protection
  readonly change: <P extends keyof Protection>(part: P, value: Protection[P]) => void
  /** What the server said about a setting, or about what lies in it; by its way: `csrf.exempt.0`. */
  readonly errorAt: (path: string) => string | undefined
  /** Whether the caller may only look. */
  readonly disabled: boolean
}

export interface PartProps {
  readonly draft: Draft
}

/** Leaves members out that are undefined: they are not said. */
export function said<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}
