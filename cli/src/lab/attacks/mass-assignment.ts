import { everyWay, type Attack } from '../attack.ts'

export const massAssignment: Attack = {
  id: 'mass-assignment',
  title: 'Mass assignment',
  story: 'never trust the frontend',
  does: 'PATCH /profiles/<own> {"role":"admin"}: a field that the page has no input for',
  stoppedByGateway: false,

  async naive({ attacker, witness, signIn, send }) {
    const headers = { cookie: await signIn(attacker) }
    const path = `/profiles/${attacker.id}`
    const answer = await send({ method: 'PATCH', path, headers, body: { role: 'admin' } })
    const succeeded = (await witness.profile(attacker.id))['role'] === 'admin'
    return { succeeded, effect: succeeded ? 'is an admin now' : 'is a customer still', answers: [answer] }
  },

  async guarded(context) {
    const { attacker, admin, witness } = context
    const before = JSON.stringify(await witness.profile(attacker.id))
    const answers = []
    for (const more of [
      { role: 'admin' },
      { person_id: admin.id },
      { card_last4: '0000' },
      { balance_cents: 10 ** 6 },
    ]) {
      const body = { displayName: 'Mallory', ...more }
      answers.push(...(await everyWay(context, { method: 'PATCH', path: `/profiles/${attacker.id}`, body })))
    }
    const unchanged = JSON.stringify(await witness.profile(attacker.id)) === before
    return { succeeded: !unchanged, effect: unchanged ? 'the profile is as it was' : 'the profile changed', answers }
  },
}
