import { everyWay, type Attack } from '../attack.ts'
import type { Answer, Sending } from '../http.ts'

/** Everything by which a page could say who it is. */
const CLAIMS = { 'x-role': 'admin', cookie: 'role=admin', 'x-user-role': 'admin', 'x-forwarded-user': 'admin' }
const READ: Sending = { method: 'GET', path: '/orders?role=admin', headers: CLAIMS }

export const roleTampering: Attack = {
  id: 'role-tampering',
  title: 'Role tampering',
  story: 'never trust the frontend',
  does: 'GET /orders?role=admin with X-Role: admin and Cookie: role=admin, by a customer',
  stoppedByGateway: false,

  async naive({ attacker, victim, witness, signIn, send }) {
    const order = await witness.anOrder(victim.id)
    const cookie = `${await signIn(attacker)}; ${CLAIMS.cookie}`
    const answer = await send({ ...READ, headers: { ...CLAIMS, cookie } })
    const succeeded = shows(answer, order)
    return { succeeded, effect: succeeded ? 'read the orders of others' : 'saw no order of others', answers: [answer] }
  },

  async guarded(context) {
    const { attacker, victim, witness } = context
    const order = await witness.anOrder(victim.id)
    const promotion = { method: 'PATCH', path: `/profiles/${attacker.id}`, body: { role: 'admin', groups: ['admins'] } }
    const answers = [...(await everyWay(context, promotion)), ...(await everyWay(context, READ))]
    // Without an order of the victim there would be nothing to see, and nothing shown.
    const succeeded = order === undefined || answers.some((answer) => shows(answer, order))
    return { succeeded, effect: succeeded ? 'read the orders of others' : 'saw no order of others', answers }
  },
}

function shows({ text }: Answer, order: string | undefined): boolean {
  return order !== undefined && text.includes(order)
}
