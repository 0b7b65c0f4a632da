import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Open } from '../cli.ts'
import { exitCodes } from '../failure.ts'
import { count } from '../output/count.ts'
import { table } from '../output/table.ts'

interface Edge {
  readonly service: string
  readonly instance: string
  readonly kind: 'sdk' | 'gateway'
  readonly application: string | null
  readonly epoch: number
  readonly how: 'acknowledged' | 'lapsed' | 'left' | 'waiting'
  readonly leaseUntil: string
}

interface Barrier {
  readonly state: 'effective' | 'pending'
  readonly epoch: number
  readonly effectiveAt: string | null
  readonly edges: readonly Edge[]
  readonly event: string
  readonly receipt: string | null
}

interface Options {
  readonly epoch?: number
  readonly application?: string
  readonly wait: number
  readonly out?: string
}

/** Longer than any lease lives. */
const usualWait = 22

const ways: Readonly<Record<Edge['how'], string>> = {
  acknowledged: 'has it',
  lapsed: 'its lease is over',
  left: 'has ended',
  waiting: 'may still act by something older',
}

/** `holdfast access barrier`: waits until a change is effective everywhere. */
export function barrierCommand(open: Open): Command {
  return new Command('barrier')
    .description('wait until no gateway and no application acts by anything older: holdfast access barrier --epoch 42')
    .option('--epoch <number>', 'of the header Holdfast-Epoch; the newest when not said', whole)
    .option('--application <id>', 'only its processes, and the gateways')
    .option('--wait <seconds>', 'how long to wait', whole, usualWait)
    .option('--out <file>', 'where to put the signed receipt')
    .action(async ({ epoch, application, wait, out }: Options, command: Command) => {
      const { api, show, end, terminal } = open(command)
      const barrier = await api.post<Barrier>('/barrier', { epoch, application, waitSeconds: wait })
      if (out !== undefined && barrier.receipt !== null)
        writeFileSync(resolve(terminal.cwd, out), `${barrier.receipt}\n`)
      if (barrier.state === 'pending') end(exitCodes.failed)
      show(barrier, () => `${listed(barrier.edges)}${sentence(barrier)}`)
    })
}

function listed(edges: readonly Edge[]): string {
  const columns = {
    process: (edge: Edge) => edge.instance,
    kind: (edge: Edge) => edge.kind,
    application: (edge: Edge) => edge.application ?? 'all',
    epoch: (edge: Edge) => String(edge.epoch),
    standing: (edge: Edge) => (edge.how === 'waiting' ? `${ways.waiting}, until ${edge.leaseUntil}` : ways[edge.how]),
  }
  return table(edges, columns, 'Nobody had a lease.')
}

function sentence({ state, epoch, effectiveAt, edges }: Barrier): string {
  if (state === 'effective') return `Effective everywhere at ${effectiveAt ?? ''}: epoch ${epoch}.\n`
  const waiting = edges.filter(({ how }) => how === 'waiting').length
  return `Not yet: ${count(waiting, 'process', 'processes')} may still act by something older than epoch ${epoch}.\n`
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
