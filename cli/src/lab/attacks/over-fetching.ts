import { everyWay, type Attack } from '../attack.ts'
import { leaked } from '../words.ts'

export const overFetching: Attack = {
  id: 'over-fetching',
  title: 'Over-fetching',
  story: 'sensitive data',
  does: 'GET /profiles/<of another>: what does the page hide that was sent all the same?',
  stoppedByGateway: false,

  async naive({ victim, witness, send }) {
    const answer = await send({ method: 'GET', path: `/profiles/${victim.id}` })
    const found = leaked([answer], await witness.sensitive(victim.id))
    return { succeeded: found.length > 0, effect: `${found.length} sensitive fields received`, answers: [answer] }
  },

  async guarded(context) {
    const { victim, witness } = context
    const answers = [
      ...(await everyWay(context, { method: 'GET', path: `/profiles/${victim.id}` })),
      ...(await everyWay(context, { method: 'GET', path: '/profiles?fields=email,phone,cardLast4' })),
    ]
    const sensitive = await witness.sensitive(victim.id)
    const found = leaked(answers, sensitive)
    // A victim with nothing to hide would make this test blind.
    const succeeded = found.length > 0 || sensitive.length < 3
    return { succeeded, effect: `${found.length} sensitive fields received`, answers }
  },
}
