import { hkdf } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { hex, number } from './file.ts'
import { hashName } from './hash-name.ts'
import { unlessRefused } from './refused.ts'

export const kdf: Family = {
  prepare(algorithm, group) {
    const written = /^HKDF-(.+)$/.exec(algorithm)?.[1]
    if (group.type !== 'HkdfTest' || written === undefined) return undefined
    const hash = hashName(written)
    if (hash === undefined) return { skip: `no hash ${written}` }
    return (vector) => {
      const input = { hash, secret: hex(vector, 'ikm'), salt: hex(vector, 'salt'), info: hex(vector, 'info') }
      const derived = unlessRefused(() => hkdf(input, number(vector, 'size')))
      if (derived === undefined) return 'refused'
      const same = derived.equals(hex(vector, 'okm'))
      return same ? 'accepted' : { wrong: `derives ${derived.toString('hex').slice(0, 64)}` }
    }
  },
}
