import { startPeer } from '../lib/peer.ts'
import { measure, type Row } from '../lib/row.ts'

/** Events of one turn. */
const perTurn = 10_000

const sides = ['whole', 'sequence', 'plain'] as const

/** The log against what no log in PostgreSQL can do without: its rows. */
export const ledger: Row = {
  name: 'ledger',
  title: 'The event log on PostgreSQL, 500 events in a transaction, two at a time',
  peer: 'plain batched inserts of the same rows into tables with the same indexes, on the same PostgreSQL',
  run: async ({ rounds }) => {
    const database = await startPeer('ledger.ts', ['database'])
    const peers = await Promise.all(sides.map((side) => startPeer('ledger.ts', [side, database.url])))
    const rates = sides.map((): number[] => [])
    try {
      for (let round = -1; round < rounds; round += 1) {
        // The order changes, so that none always runs after the same one.
        const order = round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]
        for (const at of order) {
          await peers[at]?.work(-perTurn)
          const began = performance.now()
          await peers[at]?.work(perTurn)
          // The first round is for the compiler, and for the caches of the database.
          if (round >= 0) rates[at]?.push((perTurn * 1000) / (performance.now() - began))
        }
      }
    } finally {
      await Promise.all(peers.map((peer) => peer.stop()))
      await database.stop()
    }
    const [whole = [], sequence = [], plain = []] = rates
    return [
      measure('events taken into the log (the sequencer)', '1/s', false, sequence, plain),
      measure('events accepted, encrypted, in the log, signed', '1/s', false, whole, plain),
    ]
  },
}
