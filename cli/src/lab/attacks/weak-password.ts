import type { Attack } from '../attack.ts'

const WEAK = ['12345', 'password12345678', 'qwertyuiopasdfgh']

export const weakPassword: Attack = {
  id: 'weak-password',
  title: 'Weak password',
  story: 'broken authentication',
  does: `a new password: ${WEAK.join(', ')}`,
  stoppedByGateway: false,

  async naive({ send }) {
    const email = 'lazy@shop.example'
    const registered = await send({ method: 'POST', path: '/register', body: { email, password: WEAK[0] } })
    const signedIn = await send({ method: 'POST', path: '/login', body: { email, password: WEAK[0] } })
    const succeeded = signedIn.status === 200
    return { succeeded, effect: succeeded ? `signs in with ${WEAK[0]}` : 'refused', answers: [registered, signedIn] }
  },

  // The guarded shop knows no passwords: whoever wants a weak one must talk to the control plane.
  async guarded({ manage, trySignIn }) {
    const answers = []
    let works = false
    for (const password of WEAK) {
      const email = `lazy-${password}@shop.example`
      const answer = await manage({ method: 'POST', path: '/api/v1/people', body: { email, name: 'Lazy', password } })
      answers.push(answer)
      works ||= answer.status < 300 || (await trySignIn(email, password)).works
    }
    return { succeeded: works, effect: works ? 'signs in with it' : 'the password is not taken', answers }
  },
}
