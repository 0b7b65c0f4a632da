import { startPeer } from '../lib/peer.ts'
import { measure, type Row } from '../lib/row.ts'

const email = 'bench@example.com'
const password = 'gravel teapot 71 invoice bench'
/** Sign-ins in one turn. The control plane lets one address make 600 at once and then ten a second. */
const perTurn = 40
const mostRounds = 12
/** What a sign-in may take beside its hash, in milliseconds of the process's CPU. */
const allowance = 3

/** A person's whole sign-in over HTTP against the password hash that no sign-in can do without. */
export const passwordLogin: Row = {
  name: 'password-login',
  title: 'Sign-in with a password, one after another',
  peer: 'bare argon2id (m=19456, t=2, p=1) of @node-rs/argon2 2.2.1; what is beside the hash against the 3 ms that it may take',
  run: async ({ rounds }) => {
    const server = await startPeer('control-plane.ts', [email, password])
    const bare = await startPeer('argon2.ts', [password])
    const times = { ours: [] as number[], bare: [] as number[] }
    const cpu = { ours: [] as number[], bare: [] as number[] }
    const turn = async (kind: 'ours' | 'bare'): Promise<void> => {
      const peer = kind === 'ours' ? server : bare
      const before = await peer.cpu()
      const began = performance.now()
      if (kind === 'ours') for (let i = 0; i < perTurn; i++) await signInOnce(server.url)
      else await bare.work(perTurn)
      times[kind].push((performance.now() - began) / perTurn)
      cpu[kind].push(((await peer.cpu()) - before) / perTurn / 1000)
    }
    try {
      await turn('ours')
      await turn('bare')
      for (const list of [times.ours, times.bare, cpu.ours, cpu.bare]) list.length = 0
      for (let round = 0; round < Math.min(rounds, mostRounds); round++) {
        for (const kind of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) await turn(kind)
      }
    } finally {
      await Promise.all([server.stop(), bare.stop()])
    }
    const beside = cpu.ours.map((value, round) => value - (cpu.bare[round] ?? Number.NaN))
    return [
      measure('time of one', 'ms', true, times.ours, times.bare),
      measure('CPU of one (without the database)', 'ms', true, cpu.ours, cpu.bare),
      measure(
        'CPU beside the hash',
        'ms',
        true,
        beside,
        beside.map(() => allowance),
      ),
    ]
  },
}

async function signInOnce(url: string): Promise<void> {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username: email, password }),
  })
  await response.arrayBuffer()
  const cookies = response.headers.getSetCookie()
  if (response.status !== 303 || !cookies.some((cookie) => cookie.startsWith('__Host-holdfast=hfs_'))) {
    throw new Error(`The sign-in was answered ${response.status}.`)
  }
}
