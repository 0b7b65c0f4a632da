import { argon2 } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { inOurNotation } from './foreign.ts'
import type { Form, HashProblem, ReadHash } from './form.ts'
import { pbkdf2 } from './pbkdf2.ts'
import { firebaseScrypt, scrypt } from './scrypt.ts'

const forms: readonly Form[] = [argon2, bcrypt, scrypt, firebaseScrypt, pbkdf2]

/** Longer than any hash that is read. */
const longestHash = 1024

/**
 * Reads a hash that another system made.
 * @param text a PHC string, bcrypt's notation, or one of those that `inOurNotation` knows
 */
export function readHash(text: string): ReadHash | HashProblem {
  if (text.length > longestHash) return 'malformed'
  const ours = inOurNotation(text.trim())
  return forms.find(({ begins }) => begins.test(ours))?.read(ours) ?? 'unknown'
}

/** @param text as `readHash` gave it */
export function verifyHash(text: string, password: string): Promise<boolean> {
  return formOf(text).verify(text, password)
}

/** @returns a hash of this form that no password is known for */
export function decoyOf(form: string): string {
  return formOf(form).decoy(form)
}

function formOf(text: string): Form {
  const form = forms.find(({ begins }) => begins.test(text))
  if (form === undefined) throw new Error('a password hash is kept in a form that nobody reads')
  return form
}
