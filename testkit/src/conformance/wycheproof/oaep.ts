import { createPrivateKey } from 'node:crypto'
import { decryptOaep } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { hex, text } from './file.ts'
import { hashName } from './hash-name.ts'
import { unlessRefused } from './refused.ts'

/** Shorter keys than the product takes: what is judged here is the arithmetic and the padding. */
const leastBits = 1024

export const oaep: Family = {
  prepare(_, group) {
    if (group.type !== 'RsaesOaepDecrypt') return undefined
    const [hash, maskHash] = [hashName(text(group, 'sha')), hashName(text(group, 'mgfSha'))]
    if (text(group, 'mgf') !== 'MGF1' || hash === undefined || maskHash === undefined)
      return { skip: `no OAEP of ${text(group, 'sha')} and ${text(group, 'mgfSha')}` }
    const key = createPrivateKey({ key: hex(group, 'privateKeyPkcs8'), format: 'der', type: 'pkcs8' })
    return (vector) => {
      const input = { key, hash, maskHash, label: hex(vector, 'label'), leastBits }
      const plain = unlessRefused(() => decryptOaep(input, hex(vector, 'ct')))
      if (plain === undefined) return 'refused'
      return plain.equals(hex(vector, 'msg')) ? 'accepted' : { wrong: `decrypts to ${plain.toString('hex')}` }
    }
  },
}
