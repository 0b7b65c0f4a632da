import { type HashName, isHash } from '@holdfast/envelope/primitives'

/** SHA-256, SHA256, SHA-512/224, SHA3-256 in the corpus' ways of writing. */
export function hashName(written: string): HashName | undefined {
  const name = written
    .toLowerCase()
    .replace(/^sha-?(?=\d)/, 'sha')
    .replace(/^sha3-?(?=\d{3})/, 'sha3-')
    .replace('/', '-')
    .replace(/^sha(3-\d+)$/, 'sha$1')
  return isHash(name) ? name : undefined
}
