import { everyWay, type Attack } from '../attack.ts'
import { euros } from '../words.ts'

const BODY = { product: 'notebook', quantity: -5 }

export const skippedValidation: Attack = {
  id: 'skipped-validation',
  title: 'Skipped validation',
  story: 'purchase',
  does: `POST /orders ${JSON.stringify(BODY)}: a purchase that pays the buyer`,
  stoppedByGateway: false,

  async naive({ attacker, witness, signIn, send }) {
    const before = (await witness.balance(attacker.id)) ?? 0
    const cookie = await signIn(attacker)
    const body = { ...BODY, price: 900 }
    const answer = await send({ method: 'POST', path: '/orders', headers: { cookie }, body })
    const gained = ((await witness.balance(attacker.id)) ?? 0) - before
    return { succeeded: gained > 0, effect: `gained ${euros(gained)}`, answers: [answer] }
  },

  async guarded(context) {
    const { attacker, witness } = context
    const before = await witness.balance(attacker.id)
    const answers = await everyWay(context, { method: 'POST', path: '/orders', body: BODY })
    const unchanged = (await witness.balance(attacker.id)) === before
    return { succeeded: !unchanged, effect: unchanged ? 'balance unchanged' : 'balance changed', answers }
  },
}
