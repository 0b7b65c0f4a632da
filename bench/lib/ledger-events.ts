import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'

const people = Array.from({ length: 200 }, (_, n) => ({ type: 'Person', id: v7(), name: `Person ${n} of the Shop` }))
const browsers = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
]

/** Events as an application ships them: each of a person, with an address and a browser, on a thing of its own. */
export function shipped(count: number): string {
  const events = Array.from({ length: count }, (_, n) => {
    const refused = n % 10 === 0
    return {
      id: v7(),
      time: new Date().toISOString(),
      kind: n % 3 === 0 ? 'order.placed' : 'order.viewed',
      outcome: refused ? 'refused' : 'success',
      actor: people[n % people.length],
      resource: { type: 'Order', id: randomUUID() },
      application: 'shop',
      reason: refused ? 'forbidden' : null,
      source: { address: `203.0.113.${n % 250}`, userAgent: browsers[n % browsers.length] },
      requestId: v7(),
      data: { amount: n, currency: 'EUR', note: `order ${n} of the day`, lines: [{ sku: 'A-1', count: 2 }] },
    }
  })
  return JSON.stringify(events)
}
