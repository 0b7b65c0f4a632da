import { readdirSync, readFileSync } from 'node:fs'
import { startPeer } from '../lib/peer.ts'
import { measure, type Row } from '../lib/row.ts'

/** Each signs in fewer times than they may have sessions: the usual sign-in ends no other. */
const emails = Array.from({ length: 24 }, (_, at) => `bench-${at}@example.com`)
const password = 'gravel teapot 71 invoice bench'
/** Sign-ins in one turn. */
const perTurn = 40
const mostRounds = 12
/** Before anything is measured, so that it is the compiled code which is. */
const warmUp = 240
/** Milliseconds between two hashes of the peer: those of the server are not one after the other either. */
const rest = 10
/** What a sign-in may take beside its hash, in milliseconds of the process's CPU. */
const allowance = 3

/**
 * A person's whole sign-in over HTTP against the password hash that no sign-in can do without. The hash runs in threads of its own
 * (libuv's pool), and nothing else of a sign-in does: what is beside it is what the other threads take. To subtract the bare hash
 * instead would count as ours what it costs more in a process that does other things, too.
 */
export const passwordLogin: Row = {
  name: 'password-login',
  title: 'Sign-in with a password, one after another',
  peer: 'bare argon2id (m=19456, t=2, p=1) of @node-rs/argon2 2.2.1; what is beside the hash against the 3 ms that it may take',
  run: async ({ rounds }) => {
    const server = await startPeer('control-plane.ts', [password, ...emails])
    const bare = await startPeer('argon2.ts', [password, String(rest)])
    const times = { ours: [] as number[], bare: [] as number[] }
    const cpu = { ours: [] as number[], bare: [] as number[] }
    const beside: number[] = []
    let next = 0
    const signIns = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await signInOnce(server.url, emails[next++ % emails.length] ?? '')
    }
    const turn = async (kind: 'ours' | 'bare'): Promise<void> => {
      const peer = kind === 'ours' ? server : bare
      const before = await peer.cpu()
      const otherBefore = besidePool(peer.pid)
      const began = performance.now()
      await (kind === 'ours' ? signIns(perTurn) : bare.work(perTurn))
      times[kind].push((performance.now() - began) / perTurn - (kind === 'bare' ? rest : 0))
      if (kind === 'ours') beside.push((besidePool(peer.pid) - otherBefore) / perTurn)
      cpu[kind].push(((await peer.cpu()) - before) / perTurn / 1000)
    }
    try {
      await signIns(warmUp)
      await bare.work(perTurn)
      for (let round = 0; round < Math.min(rounds, mostRounds); round++) {
        for (const kind of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) await turn(kind)
      }
    } finally {
      await Promise.all([server.stop(), bare.stop()])
    }
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

/** Milliseconds of processor time of all threads of a process but libuv's pool. */
function besidePool(pid: number): number {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).reduce((sum, task) => {
    try {
      if (readFileSync(`${tasks}/${task}/comm`, 'utf8').startsWith('libuv-worker')) return sum
      return sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6
    } catch {
      return sum
    }
  }, 0)
}

async function signInOnce(url: string, email: string): Promise<void> {
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
