import { randomFillSync } from 'node:crypto'

/** CSP3 section 7.1: at least 128 bits, new for each answer. */
const bytes = 16
const pool = Buffer.alloc(bytes * 256)
let used = pool.length

export function makeNonce(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('base64', used - bytes, used)
}
