import { everyWay, type Attack } from '../attack.ts'

export const forgedDeletion: Attack = {
  id: 'forged-deletion',
  title: 'Forged deletion',
  story: 'delete',
  does: 'DELETE /reviews/<of another>, by hand, where the page shows no button',
  stoppedByGateway: false,

  async naive({ victim, witness, send }) {
    const review = await existing(witness.aReview(victim.id))
    const answer = await send({ method: 'DELETE', path: `/reviews/${review}` })
    const stands = await witness.review(review)
    return { succeeded: !stands, effect: effect(stands), answers: [answer] }
  },

  async guarded(context) {
    const { victim, witness } = context
    const review = await existing(witness.aReview(victim.id))
    const answers = [
      ...(await everyWay(context, { method: 'DELETE', path: `/reviews/${review}` })),
      ...(await everyWay(context, { method: 'POST', path: `/reviews/${review}/delete` })),
    ]
    const stands = await witness.review(review)
    return { succeeded: !stands, effect: effect(stands), answers }
  },
}

function effect(stands: boolean): string {
  return stands ? 'the review stays' : 'the review is gone'
}

async function existing(found: Promise<string | undefined>): Promise<string> {
  const review = await found
  if (review === undefined) throw new Error('The victim has written no review: there is nothing to attack.')
  return review
}
