import { createLocalJWKSet, jwtVerify } from 'jose'
import { measure, type Row } from '../lib/row.ts'
import { believedTokens } from '../lib/believed-tokens.ts'

/** Verifications in one turn. */
const perTurn = 4000
/** As many as are open at once where the verification is a promise. */
const atOnce = 16

interface Turn {
  readonly ours: number[]
  readonly peer: number[]
}

/**
 * What an application pays for an access token. `first seen`: every token is another. `seen before`: few tokens, many requests; ours then
 * looks up the key, the audience, the end, and whether the session or the token has been revoked; jose verifies again, since it keeps
 * nothing, and knows of no revocation.
 */
export const identityVerify: Row = {
  name: 'identity-verify',
  title: 'Access tokens (RFC 9068, ES256) verified in the application',
  peer: 'jose 6.2.17, jwtVerify with a local JWK set, 16 at once',
  run: async ({ rounds }) => {
    const { verify, tokens, jwks, issuer, audience } = believedTokens(perTurn)
    const keys = createLocalJWKSet({ keys: [...jwks] })
    const first: Turn = { ours: [], peer: [] }
    const again: Turn = { ours: [], peer: [] }
    const byJose = async (list: readonly string[]) => {
      let next = 0
      const one = async () => {
        for (let token = list[next++]; token !== undefined; token = list[next++]) {
          await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', clockTolerance: 5 })
        }
      }
      await Promise.all(Array.from({ length: atOnce }, one))
    }
    for (let round = -1; round < rounds; round++) {
      const fresh = tokens.fresh()
      const few = Array.from({ length: perTurn }, (_, at) => fresh[at % 100] ?? '')
      const turns = [
        [first.ours, () => fresh.forEach((token) => verify(token)), perTurn],
        [first.peer, () => byJose(fresh), perTurn],
        // So fast that one turn of it would be over before the clock has moved.
        [
          again.ours,
          () => {
            for (let times = 0; times < 20; times++) for (const token of few) verify(token)
          },
          perTurn * 20,
        ],
        [again.peer, () => byJose(few), perTurn],
      ] as const
      for (const [list, run, times] of round % 2 === 0 ? turns : turns.toReversed()) {
        const before = process.cpuUsage()
        await run()
        const { user, system } = process.cpuUsage(before)
        if (round >= 0) list.push((user + system) / times)
      }
    }
    return [
      measure('first seen, CPU of one', 'us', true, first.ours, first.peer),
      measure('seen before, CPU of one, with revocation', 'us', true, again.ours, again.peer),
    ]
  },
}
