import { type AeadName, openAead, sealAead } from '@holdfast/envelope/primitives'
import type { Family } from './family.ts'
import { hex, number } from './file.ts'
import { unlessRefused } from './refused.ts'

const names: Readonly<Record<string, AeadName>> = {
  'AES-GCM': 'aes-gcm',
  'CHACHA20-POLY1305': 'chacha20-poly1305',
}

export const aead: Family = {
  prepare(algorithm, group) {
    const name = names[algorithm]
    if (group.type !== 'AeadTest' || name === undefined) return undefined
    if (number(group, 'tagSize') !== 128) return { skip: 'tags of other than 128 bits are not taken' }
    return (vector) => {
      const input = {
        algorithm: name,
        key: hex(vector, 'key'),
        nonce: hex(vector, 'iv'),
        additional: hex(vector, 'aad'),
      }
      const [message, ciphertext, tag] = [hex(vector, 'msg'), hex(vector, 'ct'), hex(vector, 'tag')]
      const opened = unlessRefused(() => openAead(input, ciphertext, tag))
      const sealed = unlessRefused(() => sealAead(input, message))
      const same = sealed !== undefined && sealed.ciphertext.equals(ciphertext) && sealed.tag.equals(tag)
      if (opened === undefined) return same ? { wrong: 'is made, and not opened' } : 'refused'
      if (!opened.equals(message)) return { wrong: `opens to ${opened.toString('hex')}` }
      return same ? 'accepted' : { wrong: 'is opened, and another one is made' }
    }
  },
}
