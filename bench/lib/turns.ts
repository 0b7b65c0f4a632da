import type { Peer } from './peer.ts'
import { type Measure, measure } from './row.ts'
import { wireLoad } from './wire-load.ts'

/** What one program did in each round. */
export interface Turns {
  readonly cpu: number[]
  readonly rate: number[]
}

/** Hardly any of our words is one that a rule knows: so many answers, or that part of them, may be other than good. */
const mostOther = { count: 3, part: 0.002 }
/** Seconds of the first round, which is not counted: for compilers, and for connections that are kept. */
const warmUp = 3

/**
 * Loads each program in turn, round after round, and says what processor time of all its processes (/proc) one request cost.
 * @throws Error when answers are not as they should be: then the figures mean nothing
 */
export async function inTurns<Name extends string>(
  peers: Readonly<Record<Name, Peer>>,
  next: () => string,
  cpuOf: (peer: Peer) => number,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Readonly<Record<Name, Turns>>> {
  const names = Object.keys(peers) as Name[]
  const turns = Object.fromEntries(names.map((name) => [name, { cpu: [], rate: [] }])) as unknown as Record<Name, Turns>
  for (let round = -1; round < rounds; round++) {
    // The order changes, so that nobody always runs behind the same other.
    const from = (round + 1) % names.length
    const order = [...names.slice(from), ...names.slice(0, from)]
    for (const name of order) {
      const before = cpuOf(peers[name])
      const load = { url: peers[name].url, next, connections: 32, seconds: round < 0 ? warmUp : seconds }
      const { good, other, seconds: took } = await wireLoad(load)
      const used = cpuOf(peers[name]) - before
      if (good === 0 || other > Math.max(mostOther.count, good * mostOther.part)) {
        throw new Error(`${name}: ${good} good answers, ${other} others.`)
      }
      if (round < 0) continue
      turns[name].cpu.push(used / (good + other))
      turns[name].rate.push((good + other) / took)
    }
  }
  return turns
}

export const cpuMeasure = (what: string, ours: Turns, theirs: Turns): Measure =>
  measure(`${what}: CPU`, 'us', true, ours.cpu, theirs.cpu)

export const rateMeasure = (what: string, ours: Turns, theirs: Turns): Measure =>
  measure(`${what}: throughput`, 'req/s', false, ours.rate, theirs.rate)

/** What one does beyond another: inspection alone. */
export const beyond = (whole: Turns, plain: Turns): Turns => ({
  cpu: whole.cpu.map((value, round) => Math.max(0.1, value - (plain.cpu[round] ?? 0))),
  rate: [],
})
