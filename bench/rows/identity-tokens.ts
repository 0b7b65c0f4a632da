import { ask, drive, startTokenPeer, type TokenFigures, type TokenPeer } from '../lib/tokens.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

const connections = 16
const kinds = ['ours', 'bare'] as const

/**
 * The token endpoint. Ours writes each token, its event and, of a refresh, its successor down in PostgreSQL before it answers; the library
 * alone keeps them in memory. Signing is by ES256 on both sides.
 */
export const identityTokens: Row = {
  name: 'identity-tokens',
  title: 'Access tokens by client credentials and by refresh, ES256, 16 connections',
  peer: 'bare oidc-provider 9.13.3 with its memory adapter',
  run: async ({ rounds, seconds }) => {
    const [ours, bare] = await Promise.all([
      startTokenPeer('oauth.ts', connections),
      startTokenPeer('oidc-provider.ts', connections),
    ])
    const peers = { ours, bare }
    try {
      await alike(peers.ours, peers.bare)
      const measures: Measure[] = []
      for (const grant of ['client_credentials', 'refresh_token'] as const) {
        const found: Record<(typeof kinds)[number], TokenFigures[]> = { ours: [], bare: [] }
        // The first round is for the compiler.
        for (let round = -1; round < rounds; round++) {
          for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
            const figures = await drive(peers[kind], grant, connections, seconds)
            if (round >= 0) found[kind].push(figures)
          }
        }
        const of = (kind: (typeof kinds)[number], what: keyof TokenFigures) => found[kind].map((each) => each[what])
        const perCore = (kind: (typeof kinds)[number]) => of(kind, 'cpu').map((cpu) => 1_000_000 / cpu)
        measures.push(
          measure(`${grant}: CPU of one (without the database)`, 'us', true, of('ours', 'cpu'), of('bare', 'cpu')),
          measure(`${grant}: a second of its processor makes`, 'tokens', false, perCore('ours'), perCore('bare')),
          measure(`${grant}: answers per second`, '1/s', false, of('ours', 'perSecond'), of('bare', 'perSecond')),
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
