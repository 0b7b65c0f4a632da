import { CannotCheck, ProofError } from './error.ts'

/** One thing that was looked at. `holds` is null when it could not be looked at: that is no success. */
export interface Check {
  readonly name: string
  readonly holds: boolean | null
  readonly detail: string
}

/** What a check found, or why it does not hold; whatever is no such answer goes on as an error. */
export async function checked<T>(
  name: string,
  look: () => Promise<{ readonly detail: string; readonly found: T }>,
): Promise<{ readonly check: Check; readonly found: T | undefined }> {
  try {
    const { detail, found } = await look()
    return { check: { name, holds: true, detail }, found }
  } catch (error) {
    if (error instanceof ProofError) return { check: { name, holds: false, detail: error.message }, found: undefined }
    if (error instanceof CannotCheck) return { check: { name, holds: null, detail: error.message }, found: undefined }
    throw error
  }
}

/** All of them hold. */
export function allHold(checks: readonly Check[]): boolean {
  return checks.length > 0 && checks.every(({ holds }) => holds === true)
}
