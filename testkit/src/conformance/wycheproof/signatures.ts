import { createPublicKey, type KeyObject } from 'node:crypto'
import { orderBytes, verifyEcdsa, verifyEddsa } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { type Group, hex, text } from './file.ts'
import { hashName } from './hash-name.ts'

const encodings: Readonly<Record<string, 'der' | 'p1363'>> = { EcdsaVerify: 'der', EcdsaP1363Verify: 'p1363' }

export const ecdsa: Family = {
  prepare(_, group) {
    const encoding = encodings[group.type]
    if (encoding === undefined) return undefined
    const written = text(group, 'sha')
    const hash = hashName(written)
    if (hash === undefined) return { skip: `no signatures over ${written}` }
    const key = publicKeyOf(group)
    if (key === undefined || orderBytes(key) === undefined) return { skip: `no curve ${curveOf(group)}` }
    return (vector) =>
      verifyEcdsa(key, hash, encoding, hex(vector, 'msg'), hex(vector, 'sig')) ? 'accepted' : 'refused'
  },
}

export const eddsa: Family = {
  prepare(_, group) {
    if (group.type !== 'EddsaVerify') return undefined
    const key = publicKeyOf(group)
    if (key === undefined) return { skip: 'no such key' }
    return (vector) => (verifyEddsa(key, hex(vector, 'msg'), hex(vector, 'sig')) ? 'accepted' : 'refused')
  },
}

/** @returns undefined for a curve that OpenSSL does not know */
function publicKeyOf(group: Group): KeyObject | undefined {
  try {
    return createPublicKey({ key: hex(group, 'publicKeyDer'), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

function curveOf({ publicKey }: Group): string {
  const curve = (publicKey as { readonly curve?: unknown } | undefined)?.curve
  return typeof curve === 'string' ? curve : 'of this name'
}
