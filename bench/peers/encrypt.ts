import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { createDataKey, open, type Place, seal } from '@holdfast/envelope'
import { announce } from '../lib/peer.ts'

/*
 * Encrypts 1 KiB, again and again: `ours` for a place, in the format that is stored; `bytes` and `object` by the cipher
 * alone, with the key in one of the two forms in which node:crypto takes it. One in a process: what one leaves to the
 * garbage collector is not the other's work.
 */
const which = process.argv[2]
const id = '01900000-0000-7000-8000-00000000000a'
const secret = randomBytes(32)
const key = createDataKey(id, secret)
const bareKey = which === 'object' ? createSecretKey(secret) : secret
const plain = randomBytes(1024)
/** Making them is no part of the comparison. */
const nonces = Array.from({ length: 1024 }, () => randomBytes(12))
const rows = Array.from({ length: 1024 }, (_, at) => `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`)
const place = (at: number): Place => ({ tenant: id, table: 'people', row: rows[at & 1023] ?? '', column: 'email' })

let kept = 0

function ours(at: number): void {
  kept += seal(key, place(at), plain, nonces[at & 1023] ?? plain).length
}

function bare(at: number): void {
  const cipher = createCipheriv('aes-256-gcm', bareKey, nonces[at & 1023] ?? plain)
  kept += cipher.update(plain).length
  cipher.final()
  kept += cipher.getAuthTag().length
}

if (!open(() => key, place(0), seal(key, place(0), plain, nonces[0] ?? plain)).equals(plain)) {
  throw new Error('what was encrypted does not open')
}
announce('', async (times) => {
  for (let at = 0; at < times; at++) (which === 'ours' ? ours : bare)(at)
  if (kept === 0) throw new Error('nothing was encrypted')
})
