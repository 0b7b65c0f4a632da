import autocannon from 'autocannon'
import { type Peer, startPeer } from '../lib/peer.ts'
import { type Measure, measure, type Row, type RowOptions } from '../lib/row.ts'

/** A decision point, and the 128 questions as it is asked them. */
export interface AuthzenSide {
  readonly url: string
  /** bearers that ask in turns, for each may ask so often in a minute; an empty one is none */
  readonly keys: readonly string[]
  readonly bodies: readonly string[]
}

/**
 * Single evaluations over HTTP. Ours reads who the caller is, the epoch, and the person's groups, roles and attributes from PostgreSQL in each
 * question; Cerbos keeps nobody and has the roles from the asker.
 */
export const authzen: Row = {
  name: 'authzen',
  title: 'AuthZEN evaluation over HTTP: 20 policies of roles and attributes',
  peer: 'Cerbos 0.55, which is told the roles that ours looks up in PostgreSQL',
  run: async (options) => {
    const peers = await Promise.all([startPeer('authzen.ts'), startPeer('authzen-cerbos.ts')])
    try {
      const sides = peers.map(({ url }: Peer) => JSON.parse(url) as AuthzenSide)
      await alike(sides)
      return [await rates('1 connection', 1, sides, options), await rates('16 connections', 16, sides, options)]
    } finally {
      await Promise.all(peers.map((peer) => peer.stop()))
    }
  },
}

async function rates(
  what: string,
  connections: number,
  sides: readonly AuthzenSide[],
  { rounds, seconds }: RowOptions,
): Promise<Measure> {
  const found = sides.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [at, side] of sides.entries()) {
      const rate = await asked(side, connections, round + 1, seconds)
      // The first round is for the compiler.
      if (round >= 0) found[at]?.push(rate)
    }
  }
  return measure(what, '1/s', false, found[0] ?? [], found[1] ?? [])
}

/** @returns answers per second. Throws when a question failed: then the figures mean nothing */
async function asked(side: AuthzenSide, connections: number, turn: number, seconds: number): Promise<number> {
  const { url, bodies } = side
  const place = {
    method: 'POST',
    path: '/access/v1/evaluation',
    headers: headersOf(side, turn * 2 + (connections > 1 ? 1 : 0)),
  } as const
  const result = await autocannon({
    url,
    duration: seconds,
    connections,
    requests: bodies.map((body) => ({ ...place, body })),
  })
  if (result['2xx'] === 0 || result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${url}: ${result['2xx']} good, ${result.non2xx} other answers, ${result.errors} errors.`)
  }
  return result['2xx'] / result.duration
}

function headersOf({ keys }: AuthzenSide, turn: number): Record<string, string> {
  const key = keys[turn % keys.length] ?? ''
  return { 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) }
}

/** Whoever answers otherwise is asked something else. */
async function alike(sides: readonly AuthzenSide[]): Promise<void> {
  const answers = await Promise.all(
    sides.map(async (side) => {
      const found: boolean[] = []
      for (const body of side.bodies) {
        const response = await fetch(`${side.url}/access/v1/evaluation`, {
          method: 'POST',
          headers: headersOf(side, 0),
          body,
        })
        if (!response.ok) throw new Error(`${side.url} answers ${response.status}: ${await response.text()}`)
        found.push(((await response.json()) as { readonly decision: boolean }).decision)
      }
      return found.map(Number).join('')
    }),
  )
  if (new Set(answers).size !== 1) throw new Error(`the decision points decide differently:\n${answers.join('\n')}`)
}
