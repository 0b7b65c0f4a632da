import { scrub } from '@holdfast/events'
import { measure, type Row } from '../lib/row.ts'

const perTurn = 2_000

/** Typical: a sign-in of a person by a browser, with a little data. */
const event = {
  id: '01907f3e-1111-7111-8111-111111111111',
  time: '2026-11-22T02:41:12.123Z',
  kind: 'session.started',
  outcome: 'success',
  actor: { type: 'Person', id: '01907f3e-1111-7111-8111-111111111112', name: 'Ada Lovelace' },
  resource: { type: 'Session', id: '01907f3e-1111-7111-8111-111111111113' },
  application: 'shop',
  reason: null,
  source: {
    address: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  },
  requestId: '01907f3e-1111-7111-8111-111111111114',
  data: { method: 'passkey', path: '/api/v1/orders/17', status: 200, items: ['apple', 'pear'], policy: 'orders-read' },
}

/** A typical event looked through for secrets, and copied, against the copy alone. */
export const scrubbing: Row = {
  name: 'scrub',
  title: 'Scrubbing a typical event',
  peer: 'structuredClone of the same event',
  run: async ({ rounds, seconds }) => {
    const sides = [() => scrub(event), () => structuredClone(event)]
    const rates = sides.map((): number[] => [])
    const turns = Math.max(4, Math.round(seconds * 15))
    for (let round = -1; round < rounds; round++) {
      const spent = sides.map(() => 0)
      for (let turn = 0; turn < turns; turn++) {
        for (const [at, work] of sides.entries()) {
          const before = process.cpuUsage()
          for (let count = 0; count < perTurn; count++) work()
          const { user, system } = process.cpuUsage(before)
          spent[at] = (spent[at] ?? 0) + user + system
        }
      }
      // The first round is for the compiler.
      if (round >= 0) spent.forEach((cpu, at) => rates[at]?.push((turns * perTurn * 1e6) / cpu))
    }
    const [ours = [], peer = []] = rates
    return [measure('events per second of CPU', '1/s', false, ours, peer)]
  },
}
