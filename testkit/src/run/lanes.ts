/** A set of tests that needs more than a fresh machine has; `.ci/run` chooses it by HOLDFAST_LANES. */
export type Lane = {
  readonly name: string
  /** Its files are called `*.<suffix>.test.ts`. */
  readonly suffix: string
  readonly needs: string
  /** Whether its files ask for a PostgreSQL: starting one takes longer than some lanes do. */
  readonly database: boolean
  readonly chosen: boolean
}

const known = [
  { name: 'browser', suffix: 'browser', needs: 'Chromium', database: true },
  { name: 'clients', suffix: 'clients', needs: 'npm ci in testkit/clients', database: true },
  { name: 'gnupg', suffix: 'gpg', needs: 'GnuPG', database: false },
  { name: 'scanners', suffix: 'scanners', needs: 'sqlmap and wapiti', database: true },
  { name: 'corpora', suffix: 'corpus', needs: 'the corpora beside the repository', database: false },
] as const

/**
 * Reads the comma-separated HOLDFAST_LANES.
 * @throws RangeError on a lane that does not exist: a misspelt lane would otherwise pass by running nothing
 */
export function chosenLanes(environment: Record<string, string | undefined>): readonly Lane[] {
  const names = (environment['HOLDFAST_LANES'] ?? '').split(',').filter((name) => name !== '')
  const unknown = names.filter((name) => !known.some((lane) => lane.name === name))
  if (unknown.length > 0) {
    throw new RangeError(
      `HOLDFAST_LANES: no such lane: ${unknown.join(', ')} (there are ${known.map((lane) => lane.name).join(', ')})`,
    )
  }
  return known.map((lane) => ({ ...lane, chosen: names.includes(lane.name) }))
}
