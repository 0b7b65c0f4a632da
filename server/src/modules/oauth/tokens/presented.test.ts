import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SigningKeys } from '../keys/index.ts'
import { verifyToken } from './presented.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicUrl = 'https://holdfast.example'
const now = new Date('2026-11-22T10:00:00Z')
const current = { verifying: (kid: string) => (kid === 'k' ? { alg: 'ES256', key: publicKey } : undefined) }
const deps = { publicUrl, signingKeys: { current: () => current } as unknown as SigningKeys }
const seconds = now.getTime() / 1000

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
function token(claims: unknown, header: unknown = { typ: 'at+jwt', alg: 'ES256', kid: 'k' }): string {
  const data = `${encode(header)}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${data}.${signature.toString('base64url')}`
}

describe('an access token of ours', () => {
  it('is signed by us, for us, and not over', () => {
    const claims = { iss: publicUrl, exp: seconds + 1, jti: 'j' }
    expect(verifyToken(deps, token(claims), now)).toEqual(claims)
    expect(verifyToken(deps, token({ ...claims, exp: seconds }), now)).toBeUndefined()
    expect(verifyToken(deps, token({ ...claims, exp: String(seconds + 1) }), now)).toBeUndefined()
    expect(verifyToken(deps, token({ ...claims, exp: undefined }), now)).toBeUndefined()
    expect(verifyToken(deps, token({ ...claims, iss: 'https://elsewhere.example' }), now)).toBeUndefined()
    for (const nothing of [null, [], 'x', 1]) expect(verifyToken(deps, token(nothing), now)).toBeUndefined()
  })

  it('is none of what anybody makes up, and nothing makes it stumble', () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.string(),
    )
    const [head = '', body = '', signature = ''] = token({ iss: publicUrl, exp: seconds + 1 }).split('.')
    const near = fc.tuple(
      fc.constantFrom(head, '', 'e30'),
      fc.oneof(fc.constant(body), part),
      fc.oneof(fc.constant(signature), part),
    )
    fc.assert(
      fc.property(fc.oneof(fc.array(part, { maxLength: 5 }), near), (parts) => {
        const made = parts.join('.')
        fc.pre(made !== `${head}.${body}.${signature}`)
        expect(verifyToken(deps, made, now)).toBeUndefined()
      }),
    )
  })
})
