import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { signWith } from './external.ts'

it('puts the two numbers of an ES256 signature side by side, also where one of them is short', () => {
  const { privateKey, publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (let n = 0; n < 600; n += 1) {
    const data = Buffer.from(`token ${n}`)
    const signature = signWith('ES256', privateKey, data)
    expect(signature).toHaveLength(64)
    expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  }
})
