import { everyWay, type Attack } from '../attack.ts'

export const serverSideRequest: Attack = {
  id: 'server-side-request',
  title: 'Server-side request forgery',
  story: 'classic failure',
  does: 'POST /previews {"url":"http://127.0.0.1:…"}: has the shop fetch what only the shop can reach',
  // It knows addresses that nobody writes by hand, but http://localhost:3000 stands in many an honest text.
  stoppedByGateway: false,

  async naive({ attacker, signIn, send, internal }) {
    const headers = { cookie: await signIn(attacker) }
    const answer = await send({ method: 'POST', path: '/previews', headers, body: { url: internal.url } })
    const succeeded = answer.text.includes(internal.secret)
    return { succeeded, effect: succeeded ? 'read a secret of the own network' : 'read nothing', answers: [answer] }
  },

  async guarded(context) {
    const { internal } = context
    const { port } = new URL(internal.url)
    const before = internal.asked()
    const answers = []
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::1]', '[::ffff:7f00:1]', '0']) {
      const body = { url: `http://${host}:${port}/` }
      answers.push(...(await everyWay(context, { method: 'POST', path: '/previews', body })))
    }
    const metadata = { url: 'http://169.254.169.254/latest/meta-data/' }
    answers.push(...(await everyWay(context, { method: 'POST', path: '/previews', body: metadata })))
    const asked = internal.asked() - before
    const succeeded = asked > 0 || answers.some(({ text }) => text.includes(internal.secret))
    return { succeeded, effect: succeeded ? 'the own network was asked' : 'nothing was sent anywhere', answers }
  },
}
