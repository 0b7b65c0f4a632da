import { ask, drive, startTokenPeer, type TokenFigures, type TokenPeer } from '../lib/tokens.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

const kinds = ['ours', 'bare'] as const
const families = 16
/** Tokens that are written down at the same time share a transaction: what one costs depends on how many ask at once. */
const loads = [
  { grant: 'client_credentials', connections: 16 },
  { grant: 'client_credentials', connections: 64 },
  { grant: 'refresh_token', connections: families },
] as const
/** Answers before anything is measured, for the compiler; and the longest that they are waited for. */
const warm = { answers: 4_000, seconds: 20 }

/**
 * The token endpoint. Ours writes each token, its event and, of a refresh, its successor down in PostgreSQL before it answers; the library
 * alone keeps them in memory. Signing is by ES256 on both sides.
 */
export const identityTokens: Row = {
  name: 'identity-tokens',
  title: 'Access tokens by client credentials and by refresh, ES256',
  peer: 'bare oidc-provider 9.13.3 with its memory adapter',
  run: async ({ rounds, seconds }) => {
    const [ours, bare] = await Promise.all([
      startTokenPeer('oauth.ts', families),
      startTokenPeer('oidc-provider.ts', families),
    ])
    const peers = { ours, bare }
    try {
      await alike(peers.ours, peers.bare)
      const measures: Measure[] = []
      for (const { grant, connections } of loads) {
        const found: Record<(typeof kinds)[number], TokenFigures[]> = { ours: [], bare: [] }
        for (const kind of kinds) await drive(peers[kind], grant, { connections, ...warm })
        for (let round = 0; round < rounds; round++) {
          for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
            found[kind].push(await drive(peers[kind], grant, { connections, seconds }))
          }
        }
        const of = (kind: (typeof kinds)[number], what: keyof TokenFigures) => found[kind].map((each) => each[what])
        const load = `${grant}, ${connections} at once`
        const perCore = (kind: (typeof kinds)[number]) => of(kind, 'cpu').map((cpu) => 1_000_000 / cpu)
        measures.push(
          measure(`${load}: CPU of one, database apart`, 'us', true, of('ours', 'cpu'), of('bare', 'cpu')),
          measure(`${load}: a second of CPU makes`, 'tokens', false, perCore('ours'), perCore('bare')),
          measure(`${load}: answers per second`, '1/s', false, of('ours', 'perSecond'), of('bare', 'perSecond')),
        )
      }
      return measures
    } finally {
      await Promise.all([ours.peer.stop(), bare.peer.stop()])
    }
  },
}

/** Both give a JWT of the same kind, or the comparison is none. */
async function alike(...peers: readonly TokenPeer[]): Promise<void> {
  for (const { side } of peers) {
    const { access_token: token } = await ask(side, 'grant_type=client_credentials')
    const [header = ''] = token.split('.')
    const { alg, typ } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string; typ: string }
    if (alg !== 'ES256' || typ !== 'at+jwt') throw new Error(`${side.url} signs ${alg} ${typ}.`)
  }
}
