/** Why a primitive did nothing. */
export type PrimitiveFailure =
  /** the caller's own mistake: a length, a hash or a curve that the primitive does not take */
  | 'parameter'
  /** what came from outside does not hold: the one answer for every way in which it may not */
  | 'not_authentic'

export class PrimitiveError extends Error {
  readonly reason: PrimitiveFailure

  constructor(reason: PrimitiveFailure, message: string) {
    super(message)
    this.name = 'PrimitiveError'
    this.reason = reason
  }
}

export function parameter(holds: boolean, message: string): asserts holds {
  if (!holds) throw new PrimitiveError('parameter', message)
}

export function notAuthentic(): PrimitiveError {
  return new PrimitiveError('not_authentic', 'it was changed, or made with another key')
}
