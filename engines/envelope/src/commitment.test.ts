import { createDecipheriv, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { OpenError } from './errors.ts'
import { createDataKey, open, type Place, seal } from './index.ts'
import { openUnderBoth } from './testing/gcm.ts'

const id = '01900000-0000-7000-8000-00000000000a'
const secrets = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const
const place: Place = { tenant: 't', table: 'people', row: '1', column: 'email' }

/** What the engine derives, computed a second time from its description. */
function cipherKeyOf(secret: Uint8Array): Buffer {
  const info = Buffer.concat([Buffer.from('holdfast/envelope/1'), Buffer.from(id.replaceAll('-', ''), 'hex')])
  return Buffer.from(hkdfSync('sha256', secret, '', info, 32))
}

test('a ciphertext that GCM takes under two keys opens under the one that it commits to', () => {
  const [one, two] = secrets.map((secret) => createDataKey(id, secret)) as [
    ReturnType<typeof createDataKey>,
    ReturnType<typeof createDataKey>,
  ]
  const keys = [cipherKeyOf(secrets[0]), cipherKeyOf(secrets[1])] as const
  const nonce = Buffer.alloc(12, 9)
  const head = seal(one, place, '', nonce).subarray(0, 61)
  const additional = Buffer.from('\u00011:t6:people1:15:email')
  const { body, tag } = openUnderBoth(keys, nonce, additional)

  // The attack itself works: bare GCM opens it under either key, to something else.
  const [first, second] = keys.map((key) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(additional).setAuthTag(tag)
    return Buffer.concat([decipher.update(body), decipher.final()])
  })
  expect(first).toHaveLength(16)
  expect(second).not.toEqual(first)

  const sealed = Buffer.concat([head, body, tag])
  expect(open(() => one, place, sealed)).toEqual(first)
  expect(() => open(() => two, place, sealed)).toThrow(new OpenError('not_authentic'))

  // Whoever puts the other commitment there has a ciphertext of the other key, and of that one alone.
  const other = Buffer.from(sealed)
  seal(two, place, '', nonce).copy(other, 29, 29, 61)
  expect(open(() => two, place, other)).toEqual(second)
  expect(() => open(() => one, place, other)).toThrow(new OpenError('not_authentic'))
})
