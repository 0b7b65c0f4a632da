/** Why a ciphertext did not open. */
export type OpenFailure =
  /** not of this format: truncated, of another version, of another kind */
  | 'malformed'
  /** closed with a key that the caller does not have (any more) */
  | 'unknown_key'
  /** changed, moved to another place, or closed with another key than the one whose id it names */
  | 'not_authentic'

const sentences: Readonly<Record<OpenFailure, string>> = {
  malformed: 'not a ciphertext of this format',
  unknown_key: 'the key of this ciphertext is not there',
  not_authentic: 'the ciphertext was changed, moved, or closed with another key',
}

/** What `open` and `unwrapKey` throw. It says no more than the reason: no key, no plain text, no byte of either. */
export class OpenError extends Error {
  readonly reason: OpenFailure
  /** of the key that is missing, where that is the reason */
  readonly keyId: string | null

  constructor(reason: OpenFailure, keyId: string | null = null) {
    super(sentences[reason])
    this.name = 'OpenError'
    this.reason = reason
    this.keyId = keyId
  }
}
