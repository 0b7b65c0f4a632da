import { hmac, verifyHmac } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { hex, number } from './file.ts'
import { hashName } from './hash-name.ts'

export const mac: Family = {
  prepare(algorithm, group) {
    const written = /^HMAC-?(.+)$/.exec(algorithm)?.[1]
    if (group.type !== 'MacTest' || written === undefined) return undefined
    const hash = hashName(written)
    if (hash === undefined) return { skip: `no hash ${written}` }
    const bytes = number(group, 'tagSize') / 8
    return (vector) => {
      const [key, message, tag] = [hex(vector, 'key'), hex(vector, 'msg'), hex(vector, 'tag')]
      const verified = verifyHmac(hash, key, message, tag, bytes)
      const same = hmac(hash, key, message, bytes).equals(tag)
      if (verified !== same) return { wrong: 'is made and verified in two ways' }
      return verified ? 'accepted' : 'refused'
    }
  },
}
