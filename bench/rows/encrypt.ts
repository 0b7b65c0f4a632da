import { startPeer } from '../lib/peer.ts'
import { measure, type Row } from '../lib/row.ts'

/** Values in one short turn: some twenty milliseconds. */
const perTurn = 5_000
const sides = ['ours', 'object', 'bytes'] as const

/** A value of 1 KiB closed for its place (format, commitment, place, tag, in one buffer) against the cipher alone. */
export const encrypt: Row = {
  name: 'encrypt',
  title: 'Encrypting 1 KiB for a place',
  peer: "bare createCipheriv('aes-256-gcm') of the same bytes",
  run: async ({ rounds, seconds }) => {
    const peers = await Promise.all(sides.map((side) => startPeer('encrypt.ts', [side])))
    const turns = Math.max(4, Math.round(seconds * 15))
    const rates = sides.map((): number[] => [])
    try {
      for (let round = -1; round < rounds; round++) {
        const spent = sides.map(() => 0)
        // Many short turns, one side after the other, so that all see the same machine.
        for (let turn = 0; turn < turns; turn++) {
          for (const [at, peer] of peers.entries()) {
            const before = await peer.cpu()
            await peer.work(perTurn)
            spent[at] = (spent[at] ?? 0) + (await peer.cpu()) - before
          }
        }
        // The first round is for the compiler.
        if (round >= 0) spent.forEach((cpu, at) => rates[at]?.push((turns * perTurn * 1e6) / cpu))
      }
    } finally {
      await Promise.all(peers.map((peer) => peer.stop()))
    }
    const [ours = [], object = [], bytes = []] = rates
    return [
      measure('values per second of CPU, key as KeyObject', '1/s', false, ours, object),
      measure('values per second of CPU, key as bytes', '1/s', false, ours, bytes),
    ]
  },
}
