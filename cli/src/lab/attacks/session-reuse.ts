import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack, Way } from '../attack.ts'
import { textOf, type Answer } from '../http.ts'

const READ = { method: 'GET', path: '/wallet' }
/** How long a session may still work after sign-out, in milliseconds: the promise is 3 s, anywhere. */
const PROMISE = 3000

export const sessionReuse: Attack = {
  id: 'session-reuse',
  title: 'Session reuse after sign-out',
  story: 'broken authentication',
  does: 'copy the session, sign out, then GET /wallet with the copy',
  stoppedByGateway: false,

  async naive({ attacker, signIn, send }) {
    const cookie = await signIn(attacker)
    const out = await send({ method: 'POST', path: '/logout', headers: { cookie } })
    const again = await send({ ...READ, headers: { cookie } })
    const succeeded = textOf(again.json, 'balance_cents') !== undefined
    return { succeeded, effect: succeeded ? 'still signed in' : 'signed out', answers: [out, again] }
  },

  async guarded({ freshSession }) {
    const { way, signOut } = await freshSession()
    const before = await way.send(READ)
    if (before.status !== 200) throw new Error(`A fresh session answers ${before.status}: there is nothing to reuse.`)
    await signOut()
    const { answer, milliseconds } = await untilRefused(way)
    const succeeded = answer.status < 400
    const effect = succeeded ? 'still signed in' : `dead after ${(milliseconds / 1000).toFixed(1)} s`
    return { succeeded, effect, answers: [answer] }
  },
}

async function untilRefused(way: Way): Promise<{ answer: Answer; milliseconds: number }> {
  const began = performance.now()
  for (;;) {
    const answer = await way.send(READ)
    const milliseconds = performance.now() - began
    if (answer.status >= 400 || milliseconds > PROMISE) return { answer, milliseconds }
    await sleep(50)
  }
}
