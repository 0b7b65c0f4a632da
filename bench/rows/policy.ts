import { type Peer, startPeer } from '../lib/peer.ts'
import { type Measure, measure, type Row, type RowOptions } from '../lib/row.ts'

/** One side: its program, and how many decisions take it some tens of milliseconds. */
interface Side {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly perTurn: number
}

const ours = (side: string, perTurn: number): Side => ({ name: side, file: 'policy.ts', args: [side], perTurn })

const cases: readonly Side[] = [
  ours('kept', 50_000),
  ours('prepared', 50_000),
  ours('asker', 100_000),
  ours('layered', 10_000),
  ours('loaded', 5_000),
  { name: 'sdk named', file: 'sdk.ts', args: ['named'], perTurn: 50_000 },
  { name: 'sdk read', file: 'sdk.ts', args: ['read'], perTurn: 20_000 },
  { name: 'stateful', file: 'cedar.ts', args: ['stateful'], perTurn: 200 },
  { name: 'naive', file: 'cedar.ts', args: ['naive'], perTurn: 30 },
  { name: 'casl', file: 'casl.ts', args: ['prebuilt'], perTurn: 100_000 },
  { name: 'casl built', file: 'casl.ts', args: ['built'], perTurn: 10_000 },
  { name: 'casbin', file: 'casbin.ts', args: [], perTurn: 500 },
]

const scale: readonly Side[] = ['rows', 'grid'].flatMap((shape) =>
  ['100', '10000'].map((count) => ({
    name: `${shape} ${count}`,
    file: 'policy.ts',
    args: ['scaled', shape, count],
    perTurn: 50_000,
  })),
)

/** The same 20 policies and 128 questions of five entities each, asked of every engine; all reasons are worked out on our side. */
export const policy: Row = {
  name: 'policy',
  title: 'Deciding: 20 policies of roles and attributes, five entities',
  peer: 'cedar-wasm, @casl/ability and node-casbin in processes of their own, Cerbos over HTTP',
  run: async (options) => {
    const rate = await ratesOf([...cases, ...scale], options)
    const compared = (what: string, side: string, peer: string) => measure(what, '1/s', false, rate(side), rate(peer))
    return [
      compared('cedar-wasm, policies parsed once', 'kept', 'stateful'),
      compared('the same, resource laid over per question', 'layered', 'stateful'),
      compared('the same, all entities read per question', 'loaded', 'stateful'),
      compared('cedar-wasm, policies parsed per question', 'kept', 'naive'),
      compared('@casl/ability prebuilt; ours: asker prebuilt', 'asker', 'casl'),
      compared('@casl/ability prebuilt; ours: plain question', 'prepared', 'casl'),
      compared('@casl/ability built per question', 'layered', 'casl built'),
      compared('SDK can, resource in bundle; @casl prebuilt', 'sdk named', 'casl'),
      compared('SDK can, row given; @casl prebuilt', 'sdk read', 'casl'),
      compared('SDK can, row given; @casl built per question', 'sdk read', 'casl built'),
      compared('node-casbin', 'kept', 'casbin'),
      compared('10,000 scoped policies; peer: ours with 100', 'rows 10000', 'rows 100'),
      compared('the same, 100 groups x 100 folders', 'grid 10000', 'grid 100'),
      await overHttp(options),
    ]
  },
}

/** Decisions per second of CPU, by side. Many short turns, one side after the other, so that all see the same machine. */
async function ratesOf(
  sides: readonly Side[],
  { rounds, seconds }: RowOptions,
): Promise<(name: string) => readonly number[]> {
  const peers = await Promise.all(sides.map(({ file, args }) => startPeer(file, args)))
  const rates = sides.map((): number[] => [])
  try {
    alike(peers.map(({ url }) => url).filter((answers) => answers !== ''))
    const turns = Math.max(4, Math.round(seconds * 5))
    for (let round = -1; round < rounds; round++) {
      const spent = sides.map(() => 0)
      for (let turn = 0; turn < turns; turn++) {
        for (const [at, peer] of peers.entries()) {
          const before = await peer.cpu()
          await peer.work(sides[at]?.perTurn ?? 0)
          spent[at] = (spent[at] ?? 0) + (await peer.cpu()) - before
        }
      }
      // The first round is for the compiler.
      if (round >= 0) sides.forEach(({ perTurn }, at) => rates[at]?.push((turns * perTurn * 1e6) / (spent[at] ?? 0)))
    }
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()))
  }
  return (name) => rates[sides.findIndex((side) => side.name === name)] ?? []
}

/** In seconds of the clock, not of CPU: the server of Cerbos is another process than its client. */
async function overHttp({ rounds, seconds }: RowOptions): Promise<Measure> {
  const [own, cerbos] = await Promise.all([startPeer('policy.ts', ['kept']), startPeer('cerbos.ts')])
  const rates: { readonly own: number[]; readonly cerbos: number[] } = { own: [], cerbos: [] }
  try {
    alike([own.url, cerbos.url])
    for (let round = -1; round < rounds; round++) {
      const pair = { own: await timed(own, 200_000 * seconds), cerbos: await timed(cerbos, 1_000 * seconds) }
      if (round < 0) continue
      rates.own.push(pair.own)
      rates.cerbos.push(pair.cerbos)
    }
  } finally {
    await Promise.all([own.stop(), cerbos.stop()])
  }
  return measure('Cerbos over HTTP, 16 under way (wall clock)', '1/s', false, rates.own, rates.cerbos)
}

async function timed(peer: Peer, times: number): Promise<number> {
  const before = performance.now()
  await peer.work(times)
  return (times * 1e3) / (performance.now() - before)
}

/** Whoever answers otherwise is asked something else. */
function alike(answers: readonly string[]): void {
  if (new Set(answers).size !== 1) throw new Error(`the engines decide differently:\n${answers.join('\n')}`)
}
