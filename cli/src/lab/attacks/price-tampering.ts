import { everyWay, type Attack } from '../attack.ts'
import { euros } from '../words.ts'

const PRODUCT = 'desk-lamp'
const PRICE = 4900
const BODY = { product: PRODUCT, quantity: 1, price: 1 }

export const priceTampering: Attack = {
  id: 'price-tampering',
  title: 'Price tampering',
  story: 'purchase',
  does: `POST /orders ${JSON.stringify(BODY)}, for a lamp of ${euros(PRICE)}`,
  stoppedByGateway: false,

  async naive({ attacker, witness, signIn, send }) {
    const cookie = await signIn(attacker)
    const answer = await send({ method: 'POST', path: '/orders', headers: { cookie }, body: BODY })
    const paid = await witness.cheapest(attacker.id, PRODUCT)
    return { succeeded: paid === 1, effect: `bought for ${euros(paid)}`, answers: [answer] }
  },

  async guarded(context) {
    const { attacker, witness } = context
    const before = await witness.balance(attacker.id)
    const answers = await everyWay(context, { method: 'POST', path: '/orders', body: BODY })
    const paid = await witness.cheapest(attacker.id, PRODUCT)
    const unchanged = (await witness.balance(attacker.id)) === before
    const effect = unchanged ? 'nothing sold, balance unchanged' : `paid ${euros(paid)}`
    return { succeeded: paid !== undefined && paid < PRICE, effect, answers }
  },
}
