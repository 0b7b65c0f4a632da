/** Why something of the log does not hold, or cannot be read. */
export class ProofError extends Error {
  override readonly name: string = 'ProofError'
}

/** This browser lacks what the check needs: that proves nothing, either way. */
export class CannotCheck extends Error {
  override readonly name: string = 'CannotCheck'
}
