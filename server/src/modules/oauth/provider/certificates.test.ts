import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import fc from 'fast-check'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { describe, expect, it } from 'vitest'
import { oauthConfig } from '../config.ts'
import { certificates } from '../testing/certificates.ts'
import { believeProxy, certificateSettings } from './certificates.ts'

const settings = certificateSettings(oauthConfig.parse({ clientCertificateHeader: 'client-cert' }))
const byHeader = `:${certificates.own.raw.toString('base64')}:`

function context(header: string, { proxy = true } = {}): KoaContextWithOIDC {
  const req = new IncomingMessage(new Socket())
  req.headers['client-cert'] = header
  if (proxy) believeProxy(req)
  return { req } as unknown as KoaContextWithOIDC
}

describe('the certificate of a client', () => {
  it('is what a proxy of ours says, in either form, and what nobody else says', () => {
    expect(settings.getCertificate(context(byHeader))?.fingerprint256).toBe(certificates.own.fingerprint256)
    const pem = encodeURIComponent(certificates.own.toString())
    expect(settings.getCertificate(context(pem))?.fingerprint256).toBe(certificates.own.fingerprint256)
    expect(settings.getCertificate(context(byHeader, { proxy: false }))).toBeUndefined()
    expect(settings.certificateAuthorized(context(byHeader, { proxy: false }))).toBe(false)
    const unset = certificateSettings(oauthConfig.parse({}))
    expect(unset.getCertificate(context(byHeader))).toBeUndefined()
  })

  it('is of the subject that was registered, exactly', () => {
    const shows = (property: string, expected: string) =>
      settings.certificateSubjectMatches(context(byHeader), property, expected)
    expect(shows('tls_client_auth_subject_dn', 'CN=own')).toBe(true)
    expect(shows('tls_client_auth_subject_dn', 'CN=own, O=Other')).toBe(false)
    expect(shows('tls_client_auth_san_dns', 'own.example')).toBe(true)
    expect(shows('tls_client_auth_san_dns', 'example')).toBe(false)
    expect(shows('tls_client_auth_san_uri', 'own.example')).toBe(false)
  })

  it('is nothing when it cannot be read', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `:${text}:`),
        ),
        (header) => {
          expect(settings.getCertificate(context(header))).toBeUndefined()
        },
      ),
    )
  })
})
