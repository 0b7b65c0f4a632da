import type { Reference } from './event.ts'

/**
 * A value inside an event's `data` that is somebody's personal data; `about` makes it, `completeEvent` notes its place and takes it off.
 * It shows nothing of itself: one that is overlooked reads as an empty object.
 */
export class Personal {
  readonly #subject: Reference
  readonly #value: string

  constructor(subject: Reference, value: string) {
    this.#subject = subject
    this.#value = value
  }

  get subject(): Reference {
    return this.#subject
  }

  get value(): string {
    return this.#value
  }
}

/**
 * Marks a text inside of `data` as the personal data of a person: it is kept under that person's key, and goes when they are erased.
 * `{ data: { email: about({ type: 'Person', id }, 'ada@example.org') } }`
 */
export function about(subject: Reference, value: string): Personal {
  return new Personal(subject, value)
}

/** A place inside an OCSF document that holds somebody's personal data. */
export interface PersonalField {
  /** RFC 6901, into the document: `/actor/user/name`. */
  readonly pointer: string
  /** `Person/<id>`; null when it is personal, of nobody that we know. */
  readonly subject: string | null
}

/** What stands in a document where a value was that has been erased. */
export const ERASED: string = '[erased]'

/** The name of a person as the key hierarchy knows it; null for what is no person, or has no id that a key can have. */
export function subjectOf(reference: Reference | null): string | null {
  return reference?.type === 'Person' ? namedSubject(`Person/${reference.id}`) : null
}

/** What others said is a person's: null where nobody can have that name. It is personal then, of nobody that we know. */
export function namedSubject(subject: string | null): string | null {
  return subject !== null && /^Person\/\P{C}{1,255}$/u.test(subject) ? subject : null
}
