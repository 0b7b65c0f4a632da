import { type BreachFilter, openBreachFilter } from './filter.ts'

/** The installation's breach filter, whether or not it has one. */
export interface KnownBreaches {
  /** null: none is set */
  readonly filter: () => Promise<BreachFilter | null>
  has(password: string): Promise<boolean>
}

/**
 * Opened at once and kept open: a file that takes its place is looked at from the next start on.
 * @param path the setting; a file that cannot be opened makes every question fail, since nobody has answered it
 */
export function createKnownBreaches(path: string | undefined): KnownBreaches {
  const opening = path === undefined ? Promise.resolve(null) : openBreachFilter(path)
  opening.catch(() => {})
  return {
    filter: () => opening,
    has: async (password) => (await (await opening)?.has(password)) ?? false,
  }
}
