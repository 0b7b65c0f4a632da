import { everyWay, type Attack } from '../attack.ts'
import type { Sending } from '../http.ts'

const QUOTE: Sending = { method: 'GET', path: '/products/%27' }
const TRIES: readonly Sending[] = [
  QUOTE,
  { method: 'GET', path: '/products?query=%27' },
  { method: 'GET', path: '/orders/%27' },
  { method: 'GET', path: '/orders?page=%27' },
  { method: 'GET', path: '/p/%00' },
  { method: 'POST', path: '/orders', headers: { 'content-type': 'application/json' }, body: '{"product":' },
  { method: 'POST', path: '/reviews', body: { product: ["'"], rating: {}, text: null } },
]

export const toldErrors: Attack = {
  id: 'told-errors',
  title: 'Errors that tell too much',
  story: 'sensitive data exposure',
  does: "GET /products/': what does the answer say of the database and the code?",
  stoppedByGateway: false,

  async naive({ send }) {
    const answer = await send(QUOTE)
    const tells = inner(answer.text)
    return { succeeded: tells, effect: tells ? "the database's words and a stack trace" : 'nothing', answers: [answer] }
  },

  async guarded(context) {
    const answers = []
    for (const each of TRIES) answers.push(...(await everyWay(context, each)))
    const tells = answers.some(({ text }) => inner(text))
    return { succeeded: tells, effect: tells ? 'inner words were told' : 'a code and a sentence each', answers }
  },
}

/** What the database says of a question, and where in the code it was asked. */
function inner(text: string): boolean {
  return /syntax error at|unterminated quoted|invalid input syntax|\bat .*\.[jt]s:\d+/.test(text)
}
