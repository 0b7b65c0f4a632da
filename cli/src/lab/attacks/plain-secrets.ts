import { setTimeout as sleep } from 'node:timers/promises'
import { everyWay, type Attack } from '../attack.ts'

const CARD = '4111111111111111'
const JSON_TYPE = { 'content-type': 'application/json' }

export const plainSecrets: Attack = {
  id: 'plain-secrets',
  title: 'Plain secrets in logs',
  story: 'sensitive data exposure',
  does: 'sign in, send a card number, then read everything that the processes have printed',
  stoppedByGateway: false,

  async naive({ attacker, signIn, send, printed }) {
    const cookie = await signIn(attacker)
    const body = { product: 'notebook', quantity: 1, price: 900, card: CARD }
    const answer = await send({ method: 'POST', path: '/orders', headers: { cookie }, body })
    await sleep(200)
    const found = [attacker.password, cookie, CARD].filter((secret) => printed().includes(secret))
    const effect = found.length > 0 ? 'password, session and card printed' : 'nothing printed'
    return { succeeded: found.length > 0, effect, answers: [answer] }
  },

  async guarded(context) {
    const card = { card_number: CARD, card: CARD }
    const answers = [
      ...(await everyWay(context, { method: 'PATCH', path: `/profiles/${context.attacker.id}`, body: card })),
      ...(await everyWay(context, { method: 'GET', path: `/wallet?card=${CARD}` })),
      ...(await everyWay(context, { method: 'POST', path: '/orders', headers: JSON_TYPE, body: `{"card":"${CARD}` })),
    ]
    const { secret } = await context.freshSession()
    await context.trySignIn(context.attacker.email, `${context.attacker.password}-mistyped`)
    await sleep(500)
    const printed = context.printed()
    const found = [CARD, secret, ...context.secrets].filter((text) => printed.includes(text))
    // Processes that print nothing at all would pass this without being tested.
    const succeeded = found.length > 0 || printed.length === 0
    return { succeeded, effect: `${found.length} secrets in ${Math.ceil(printed.length / 1024)} KiB of logs`, answers }
  },
}
