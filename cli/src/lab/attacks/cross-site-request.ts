import { everyWay, type Attack } from '../attack.ts'
import type { Sending } from '../http.ts'
import { euros } from '../words.ts'

/** What a browser sends when a page of another site submits a form to the shop: its visitor's cookies go along. */
const FORM: Sending = {
  method: 'POST',
  path: '/orders',
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    origin: 'https://evil.example',
    referer: 'https://evil.example/kittens',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  },
  body: 'product=notebook&quantity=1&price=900',
}

export const crossSiteRequest: Attack = {
  id: 'cross-site-request',
  title: 'Cross-site request forgery',
  story: 'classic failure',
  does: 'a page of https://evil.example has its visitor POST /orders, with the session of the shop',
  stoppedByGateway: true,

  async naive({ victim, witness, signIn, send }) {
    const cookie = await signIn(victim)
    const before = (await witness.balance(victim.id)) ?? 0
    const answer = await send({ ...FORM, headers: { ...FORM.headers, cookie } })
    const spent = before - ((await witness.balance(victim.id)) ?? 0)
    const effect = spent > 0 ? `the visitor bought for ${euros(spent)}` : 'nothing bought'
    return { succeeded: spent > 0, effect, answers: [answer] }
  },

  async guarded(context) {
    const { attacker: visitor, witness } = context
    const before = await witness.balance(visitor.id)
    // The shop's form has no price.
    const answers = await everyWay(context, { ...FORM, body: 'product=notebook&quantity=1' })
    const unchanged = (await witness.balance(visitor.id)) === before
    return { succeeded: !unchanged, effect: unchanged ? 'nothing bought' : 'the visitor bought', answers }
  },
}
