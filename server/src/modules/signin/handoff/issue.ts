import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import { hashSecret, newSecret, type Random } from '../../../platform/random.ts'
import type { Work } from '../../../platform/work.ts'
import { insertCode } from '../store/handoff.ts'
import type { HandoffRequest } from './target.ts'

const lifetimeSeconds = 60

/** @param session the sign-in that is handed on @returns where to send the browser, with the code */
export function issueCode(
  work: Work,
  random: Random,
  session: string,
  { application, redirectUri, state, challenge }: HandoffRequest,
  now: Date,
): Promise<Outcome<{ redirect: string }>> {
  return work(async (tx) => {
    const code = newSecret(random, 'hfc')
    const expiresAt = addSeconds(now, lifetimeSeconds)
    await insertCode(tx, {
      hash: hashSecret(code),
      session,
      application,
      redirectUri,
      challenge: Buffer.from(challenge, 'base64url'),
      expiresAt,
    })
    await tx.record({ kind: 'handoff.issued', resource: { type: 'Session', id: session }, application })
    return ok({ redirect: `${redirectUri}?${new URLSearchParams({ code, state }).toString()}` })
  })
}
