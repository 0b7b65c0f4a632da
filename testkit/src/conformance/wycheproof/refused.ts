import { PrimitiveError } from '@holdfast/envelope/primitives'

/** @returns what it gives, or undefined when the primitive refuses. Anything else that is thrown is a failure. */
export function unlessRefused<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof PrimitiveError) return undefined
    throw error
  }
}
