import { readFileSync } from 'node:fs'
import { startPeer } from '../lib/peer.ts'
import { measure, type Row } from '../lib/row.ts'

/** What was promised: milliseconds until it answers, and MiB when it has nothing to do. */
const promisedMs = 2500
const promisedMiB = 200
const idleMs = 3000

/** A start on a data directory that exists, and the memory of the server and of its PostgreSQL together. */
export const identityStart: Row = {
  name: 'identity-start',
  title: 'The whole control plane with its own PostgreSQL: cold start to ready, and idle memory',
  peer: 'what was promised',
  run: async ({ rounds }) => {
    const starts: number[] = []
    const memory: number[] = []
    for (let round = 0; round < Math.min(rounds, 5); round++) {
      const peer = await startPeer('cold-start.ts')
      try {
        const { milliseconds, pids } = JSON.parse(peer.url) as { milliseconds: number; pids: readonly number[] }
        await new Promise((resolve) => setTimeout(resolve, idleMs))
        starts.push(milliseconds)
        memory.push(pids.reduce((sum, pid) => sum + proportional(pid), 0) / 1024)
      } finally {
        await peer.stop()
      }
    }
    const promised = (value: number) => starts.map(() => value)
    return [
      measure('from the start of the process to ready', 'ms', true, starts, promised(promisedMs)),
      measure('idle memory (proportional set size)', 'MiB', true, memory, promised(promisedMiB)),
    ]
  },
}

/** KiB: what several processes share is divided among them. Of a process that has just ended, none. */
function proportional(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
