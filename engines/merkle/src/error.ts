/** What is wrong with a text or with bytes that were given: `code` is stable, the message is for people. */
export class MerkleError extends Error {
  override readonly name: string = 'MerkleError'
  readonly code: MerkleErrorCode

  constructor(code: MerkleErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export type MerkleErrorCode =
  | 'checkpoint_malformed'
  | 'entry_malformed'
  | 'key_malformed'
  | 'note_malformed'
  | 'note_unsigned'
  | 'proof_malformed'
  | 'tile_malformed'
  | 'tile_wrong'
