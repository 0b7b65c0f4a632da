import { hmacOf } from './hmac.ts'
import { type DataKey, materialOf } from './key.ts'

/**
 * What stands in an index instead of a text, so that equal texts are found without being stored: HMAC-SHA-256 under a key
 * of its own. It tells which rows are equal, and somebody with the key can try texts; nobody without it can.
 * @param label what is indexed (`people.email`): equal texts of two columns have nothing in common
 * @param text in the one form that is searched for (folded, trimmed): only equal bytes match
 * @param bytes 16 to 32 of the 32
 */
export function blindIndex(key: DataKey, label: string, text: string, bytes: number = 32): Buffer {
  if (!Number.isInteger(bytes) || bytes < 16 || bytes > 32) throw new TypeError('a blind index has 16 to 32 bytes')
  if (label === '' || !label.isWellFormed() || !text.isWellFormed())
    throw new TypeError('a blind index is of a label and a text, without lone surrogates')
  return hmacOf(materialOf(key).index, `${label.length}:${label}${text}`).subarray(0, bytes)
}
