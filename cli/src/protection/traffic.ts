import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { segment } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { printable } from '../output/printable.ts'
import { facts, table } from '../output/table.ts'

interface Latency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

interface Counts {
  readonly requests: number
  readonly status: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  readonly reported: number
  readonly own: Latency | null
  readonly upstream: Latency | null
}

interface Traffic {
  readonly total: Counts
  readonly routes: readonly (Counts & { readonly route: string })[]
  readonly edges: number
}

interface Sample {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly outcome: string
  readonly code: string | null
  readonly event: string | null
  readonly address: string
  readonly durationMs: number
}

interface Live {
  readonly items: readonly Sample[]
  readonly next: string
}

interface Options {
  readonly minutes: number
  readonly watch?: boolean
}

const waitSeconds = 20
const pause = 500

export function trafficCommand(open: Open): Command {
  return new Command('traffic')
    .description('what the gateways of an application are asked: holdfast protection traffic shop --watch')
    .argument('<application>')
    .option('--minutes <number>', 'how far back', minutes, 15)
    .option('-w, --watch', 'show requests as they come: a sample of them')
    .action(async (application: string, { minutes: back, watch }: Options, command: Command) => {
      const cli = open(command)
      const path = `/applications/${segment(application)}/protection/traffic`
      if (watch === true) await follow(cli, `${path}/live`)
      const traffic = await cli.api.get<Traffic>(path, { minutes: back })
      cli.show(traffic, () => `${summary(traffic)}\n${routesOf(traffic)}`)
    })
}

function summary({ total, edges }: Traffic): string {
  return facts({
    requests: total.requests,
    refused: sum(total.refused),
    reported: total.reported,
    gateway: latency(total.own),
    application: latency(total.upstream),
    gateways: edges,
  })
}

function routesOf({ routes }: Traffic): string {
  return table(
    routes,
    {
      route: ({ route }) => route,
      requests: ({ requests }) => requests,
      '2xx': ({ status }) => status['2xx'] ?? 0,
      '4xx': ({ status }) => status['4xx'] ?? 0,
      '5xx': ({ status }) => status['5xx'] ?? 0,
      refused: ({ refused }) => sum(refused),
      gateway: ({ own }) => (own === null ? '-' : `${own.p95} ms`),
      application: ({ upstream }) => (upstream === null ? '-' : `${upstream.p95} ms`),
    },
    'The gateways were asked nothing.',
  )
}

const sum = (codes: Readonly<Record<string, number>>): number =>
  Object.values(codes).reduce((all, each) => all + each, 0)

const latency = (found: Latency | null): string =>
  found === null ? '-' : `${found.p50} ms (95 %: ${found.p95} ms, 99 %: ${found.p99} ms)`

async function follow({ api, terminal, options }: Cli, path: string): Promise<never> {
  let after: string | undefined
  for (;;) {
    const { items, next } = await api.get<Live>(path, { after, wait: waitSeconds }, (waitSeconds + 15) * 1000)
    for (const item of items) terminal.out(options.json === true ? `${JSON.stringify(item)}\n` : lineOf(item))
    after = next
    await sleep(pause)
  }
}

function lineOf({ at, method, path, status, outcome, code, event, address, durationMs }: Sample): string {
  const became = outcome === 'passed' ? '' : `  ${outcome} ${code ?? ''}  ${event ?? ''}`
  return (
    printable(`${at}  ${status ?? '-'}  ${durationMs.toFixed(1)} ms  ${address}  ${method} ${path}${became}`) + '\n'
  )
}

function minutes(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 10_080) {
    throw new InvalidArgumentError('A number of minutes from 1 to 10080 is needed.')
  }
  return Number(text)
}
