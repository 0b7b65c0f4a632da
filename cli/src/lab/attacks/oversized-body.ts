import { everyWay, type Attack } from '../attack.ts'

const SIZE = 3 * 1024 * 1024
const REVIEW = { product: 'armchair', rating: 5, text: 'So good. '.repeat(SIZE / 9) }
/** What the shop says that a review may have, generously. */
const LONG = 100_000

export const oversizedBody: Attack = {
  id: 'oversized-body',
  title: 'A body without end',
  story: 'classic failure',
  does: 'POST /reviews with a text of 3 MiB, which every visitor of the page would load',
  stoppedByGateway: true,

  async naive({ attacker, witness, signIn, send }) {
    const headers = { cookie: await signIn(attacker) }
    const answer = await send({ method: 'POST', path: '/reviews', headers, body: REVIEW })
    const succeeded = (await witness.longestReview()) > LONG
    return { succeeded, effect: succeeded ? 'stored, for everybody' : 'not stored', answers: [answer] }
  },

  async guarded(context) {
    const answers = await everyWay(context, { method: 'POST', path: '/reviews', body: REVIEW })
    const succeeded = (await context.witness.longestReview()) > LONG
    return { succeeded, effect: succeeded ? 'stored, for everybody' : 'not stored', answers }
  },
}
