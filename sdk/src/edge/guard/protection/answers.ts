import type { Guard } from '@holdfast/http-guard'
import { freshToken, type Judged } from './cross-site.ts'

export interface Protect {
  /** Whether a field (name in lower case) goes no further. */
  hides(lower: string): boolean
  /** Adds what is missing, in place. @param status of the answer */
  complete(fields: string[], status: number): void
}

/**
 * What an application's protection makes of one answer.
 * @param nonce that the upstream was handed; empty where there is none
 * @param counted the fields that tell how the client stands with its limits
 */
export function protectAnswer(guard: Guard, judged: Judged, nonce: string, counted: () => readonly string[]): Protect {
  const { head, ambient } = judged
  const { method, target, scheme } = head
  return {
    hides: (lower) => guard.hides(lower),
    complete(fields, status) {
      const secure = scheme === 'https'
      guard.complete(fields, { method, readings: target.readings, status, secure, nonce, judged: ambient })
      fields.push(...counted())
      const token = freshToken(guard, judged)
      if (token !== null) fields.push('Set-Cookie', token)
    },
  }
}
