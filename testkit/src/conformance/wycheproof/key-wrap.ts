import { type KeyWrapName, unwrapAes, wrapAes } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { hex } from './file.ts'
import { unlessRefused } from './refused.ts'

const names: Readonly<Record<string, KeyWrapName>> = { 'AES-WRAP': 'kw', 'AES-KWP': 'kwp' }

export const keyWrap: Family = {
  prepare(algorithm, group) {
    const name = names[algorithm]
    if (group.type !== 'KeywrapTest' || name === undefined) return undefined
    return (vector) => {
      const [key, message, wrapped] = [hex(vector, 'key'), hex(vector, 'msg'), hex(vector, 'ct')]
      const unwrapped = unlessRefused(() => unwrapAes(name, key, wrapped))
      const same = unlessRefused(() => wrapAes(name, key, message))?.equals(wrapped) ?? false
      if (unwrapped === undefined) return same ? { wrong: 'is wrapped so, and not unwrapped' } : 'refused'
      if (!unwrapped.equals(message)) return { wrong: `unwraps to ${unwrapped.toString('hex')}` }
      return same ? 'accepted' : { wrong: 'is unwrapped, and wrapped in another way' }
    }
  },
}
