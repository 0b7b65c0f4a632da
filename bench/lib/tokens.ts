import { Agent, request } from 'node:http'
import { type Peer, startPeer } from './peer.ts'

/** An authorization server, and what a client of it may ask with. */
export interface TokenSide {
  readonly url: string
  /** of the token endpoint */
  readonly path: string
  readonly client: string
  readonly secret: string
  /** refresh tokens of as many families */
  readonly refresh: readonly string[]
}

export interface TokenPeer {
  readonly peer: Peer
  readonly side: TokenSide
  /** Each family's newest refresh token. */
  readonly refresh: string[]
}

export async function startTokenPeer(file: string, families: number): Promise<TokenPeer> {
  const peer = await startPeer(file, [String(families)])
  const side = JSON.parse(peer.url) as TokenSide
  return { peer, side, refresh: [...side.refresh] }
}

export interface TokenFigures {
  readonly perSecond: number
  /** Microseconds of the server's own processor time, without its database's. */
  readonly cpu: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export interface Load {
  readonly connections: number
  readonly seconds: number
  /** after which it is over, before the time is */
  readonly answers?: number
}

/** Asks for tokens on so many connections at once. Throws when one was refused: then the figures mean nothing. */
export async function drive(
  { peer, side, refresh }: TokenPeer,
  grant: 'client_credentials' | 'refresh_token',
  { connections, seconds, answers: most = Number.POSITIVE_INFINITY }: Load,
): Promise<TokenFigures> {
  const before = await peer.cpu()
  const began = performance.now()
  const until = began + seconds * 1000
  let answers = 0
  await Promise.all(
    Array.from({ length: connections }, async (_, chain) => {
      while (performance.now() < until && answers < most) {
        const form =
          grant === 'refresh_token' ? { grant_type: grant, refresh_token: refresh[chain] ?? '' } : { grant_type: grant }
        const tokens = await ask(side, new URLSearchParams(form).toString())
        if (grant === 'refresh_token') refresh[chain] = tokens.refresh_token ?? ''
        answers += 1
      }
    }),
  )
  const elapsed = (performance.now() - began) / 1000
  return { perSecond: answers / elapsed, cpu: ((await peer.cpu()) - before) / answers }
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
}

/** By node:http: what costs the asker most is left out. */
export function ask({ url, path, client, secret }: TokenSide, body: string): Promise<Tokens> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }
    const asked = request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text) as Tokens)
        else reject(new Error(`${url}${path}: ${String(response.statusCode)} ${text}`))
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
