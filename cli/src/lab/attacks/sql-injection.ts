import { everyWay, type Attack } from '../attack.ts'
import type { Sending } from '../http.ts'
import { leaked } from '../words.ts'

const NAIVE = "x' UNION SELECT email, password, card_number, 0, 0, true FROM profiles --"
/** The same against the columns of the guarded shop, and others that break out of a LIKE, a quote or a statement. */
const GUARDED = [
  NAIVE,
  "x' UNION SELECT email, phone, card_last4, 0, 0 FROM profiles --",
  "x%' OR 1=1 UNION ALL SELECT email, phone, card_last4, 0, 0 FROM profiles --",
  "x'; UPDATE wallets SET balance_cents = 9999999; --",
]

export const sqlInjection: Attack = {
  id: 'sql-injection',
  title: 'SQL injection',
  story: 'classic failure',
  does: "GET /products?query=x' UNION SELECT email, password, card_number, … FROM profiles --",
  stoppedByGateway: true,

  async naive({ victim, witness, send }) {
    const answer = await send(search(NAIVE))
    const found = leaked([answer], await witness.sensitive(victim.id))
    const succeeded = found.length > 0
    return { succeeded, effect: succeeded ? 'read e-mail, password and card' : 'read nothing', answers: [answer] }
  },

  async guarded(context) {
    const { attacker, victim, witness } = context
    const before = await witness.balance(attacker.id)
    const answers = []
    for (const text of GUARDED) answers.push(...(await everyWay(context, search(text))))
    answers.push(
      ...(await everyWay(context, { method: 'GET', path: `/products/${encodeURIComponent("x' OR '1'='1")}` })),
    )
    const found = leaked(answers, await witness.sensitive(victim.id))
    const unchanged = (await witness.balance(attacker.id)) === before
    const effect = found.length === 0 && unchanged ? 'the search finds nothing' : 'the database obeyed'
    return { succeeded: found.length > 0 || !unchanged, effect, answers }
  },
}

function search(text: string): Sending {
  return { method: 'GET', path: `/products?query=${encodeURIComponent(text)}` }
}
