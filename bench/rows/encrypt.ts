import { createCipheriv, randomBytes } from 'node:crypto'
import { createDataKey, keyIdOf, open, type Place, seal } from '@holdfast/envelope'
import { measure, type Row } from '../lib/row.ts'

const id = '01900000-0000-7000-8000-00000000000a'
const secret = randomBytes(32)
const key = createDataKey(id, secret)
const plain = randomBytes(1024)
/** Both sides take theirs from here: making them is no part of either. */
const nonces = Array.from({ length: 1024 }, () => randomBytes(12))
const rows = Array.from({ length: 1024 }, (_, at) => `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`)

let kept = 0

function ours(at: number): void {
  const place: Place = { tenant: id, table: 'people', row: rows[at & 1023] ?? '', column: 'email' }
  kept += seal(key, place, plain, nonces[at & 1023] ?? plain).length
}

function bare(at: number): void {
  const cipher = createCipheriv('aes-256-gcm', secret, nonces[at & 1023] ?? plain)
  kept += cipher.update(plain).length
  cipher.final()
  kept += cipher.getAuthTag().length
}

/** @returns calls for each second of this process's own CPU, whatever else the machine does */
function turn(call: (at: number) => void, seconds: number): number {
  const began = process.cpuUsage()
  let calls = 0
  for (;;) {
    for (let at = 0; at < 256; at++) call(calls + at)
    calls += 256
    const { user, system } = process.cpuUsage(began)
    if (user + system >= seconds * 1e6) return (calls * 1e6) / (user + system)
  }
}

/** A value of 1 KiB closed for its place: format, commitment, place, tag, one buffer; against the cipher alone. */
export const encrypt: Row = {
  name: 'encrypt',
  title: 'Encrypting 1 KiB for a place',
  peer: "bare createCipheriv('aes-256-gcm') of the same bytes",
  run: async ({ rounds, seconds }) => {
    const opened = open(() => key, { tenant: 't', table: 't', row: 'r', column: 'c' }, sample())
    if (!opened.equals(plain) || keyIdOf(sample()) !== id) throw new Error('what was encrypted does not open')
    // A hundred short turns, one side after the other, so that both see the same machine.
    const slice = seconds / 50
    const rates = { ours: [] as number[], bare: [] as number[] }
    for (let warm = 0; warm < 10; warm++) {
      turn(ours, slice)
      turn(bare, slice)
    }
    for (let round = 0; round < rounds; round++) {
      const sums = { ours: 0, bare: 0 }
      for (let at = 0; at < 50; at++) {
        sums.ours += turn(ours, slice)
        sums.bare += turn(bare, slice)
      }
      rates.ours.push(sums.ours / 50)
      rates.bare.push(sums.bare / 50)
    }
    return [measure('values per second of CPU', '1/s', false, rates.ours, rates.bare)]
  },
}

function sample(): Buffer {
  return seal(key, { tenant: 't', table: 't', row: 'r', column: 'c' }, plain, nonces[0] ?? plain)
}
