/** What is known of a hash before any password is compared with it. */
export interface ReadHash {
  /** as it is kept and given out: a PHC string, or bcrypt's own notation */
  readonly text: string
  /**
   * What stands before salt and digest: the algorithm with its parameters. Tells what the hash costs, and nothing of the
   * password.
   */
  readonly form: string
}

export type HashProblem = 'unknown' | 'malformed' | 'too_costly'

/** One algorithm whose hashes can be compared with. */
export interface Form {
  /** how its hashes begin */
  readonly begins: RegExp
  /** @returns why it is not taken, where it is not */
  read(text: string): ReadHash | HashProblem
  /** @param text as `read` gave it */
  verify(text: string, password: string): Promise<boolean>
  /** A hash of this form that no password is known for; comparing costs what comparing with any of the form does. */
  decoy(form: string): string
}

/**
 * The most that comparing with a brought-along hash may cost: about a second of one core, and this much memory. Whoever may
 * import hashes could otherwise stop every sign-in with a few of them.
 */
export const mostMemoryKib = 256 * 1024

/** PHC's alphabet is base64 without padding; passlib writes `.` for `+`. @returns undefined when it is neither */
export function fromBase64(text: string): Buffer | undefined {
  const plain = text.replaceAll('.', '+').replace(/={1,2}$/, '')
  const bytes = Buffer.from(plain, 'base64')
  return toBase64(bytes) === plain ? bytes : undefined
}

export function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

/** Fixed, and of the usual sizes. */
export const decoySalt: string = toBase64(Buffer.alloc(16))
export const decoyDigest: string = toBase64(Buffer.alloc(32))
