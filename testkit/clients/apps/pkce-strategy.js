/* oxlint-disable no-underscore-dangle -- what passport-openidconnect offers to its subclasses is called so */
import { createHash, randomBytes } from 'node:crypto'
import OpenIDConnectStrategy from 'passport-openidconnect'

/**
 * passport-openidconnect 0.1.2 has no PKCE, and Holdfast wants it of everybody (RFC 9700, section 2.1.1). Passport makes an object of its
 * own for every request, so that what is set on `this` is that request's alone.
 */
export class PkceStrategy extends OpenIDConnectStrategy {
  authenticate(req, options) {
    const shared = this._oauth2
    if (req.query.code === undefined) req.session.verifier = randomBytes(32).toString('base64url')
    const verifier = req.session.verifier ?? ''
    const code_challenge = createHash('sha256').update(verifier).digest('base64url')
    this.authorizationParams = () => ({ code_challenge, code_challenge_method: 'S256' })
    this._oauth2 = Object.create(shared)
    this._oauth2.getOAuthAccessToken = (code, params, done) =>
      shared.getOAuthAccessToken(code, { ...params, code_verifier: verifier }, done)
    super.authenticate(req, options)
  }
}
