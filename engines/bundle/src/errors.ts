/**
 * Why a signed artefact was refused. Stable; may be recorded and counted.
 * `malformed` not our form · `too_large` · `header` a header parameter that is not ours · `algorithm` not the key's · `type` another `typ` ·
 * `key_unknown` no such kid · `signature` · `claims` wrong shape · `issuer` · `audience` · `expired` · `not_yet_valid` · `lifetime` too long ·
 * `binding` a proof of something else, or none where one is needed · `replayed` a proof that was shown before · `nonce` not the server's ·
 * `revoked` it, or its session, has ended before its time
 */
export type TokenErrorCode =
  | 'malformed'
  | 'too_large'
  | 'header'
  | 'algorithm'
  | 'type'
  | 'key_unknown'
  | 'signature'
  | 'claims'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'lifetime'
  | 'binding'
  | 'replayed'
  | 'nonce'
  | 'revoked'

/** The one error that verification throws. Its message never contains the token. */
export class TokenError extends Error {
  override readonly name: string = 'TokenError'
  readonly code: TokenErrorCode

  constructor(code: TokenErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
