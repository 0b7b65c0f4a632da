import { Command, InvalidArgumentError } from 'commander'
import { segment, type Api } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { collect, wholeNumber } from '../commands/options.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { type TargetOptions, targetOf } from './sinks-target.ts'

/** As the server shows a sink. */
export interface Sink {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly settings: { readonly [Name in 'url' | 'protocol' | 'host' | 'port' | 'path']?: string | number }
  readonly state: string
  readonly cursor: number
  readonly head: number
  readonly behind: { readonly events: number; readonly more: boolean; readonly seconds: number }
  readonly failures: number
  readonly lastError: string | null
  readonly lastDeliveredAt: string | null
}

interface AddOptions extends TargetOptions {
  readonly from?: string
  readonly kind?: readonly string[]
  readonly class?: readonly number[]
  readonly outcome?: readonly string[]
  readonly failedAfter?: number
}

export function sinksCommand(open: Open): Command {
  const sinks = new Command('sinks').description('where events go: collectors, syslog servers, files, webhooks')

  sinks
    .command('list')
    .description('list the sinks, and how far behind each is')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<{ items: readonly Sink[] }>('/sinks')
      show(items, () => list(items))
    })

  sinks
    .command('add')
    .description('send events somewhere: holdfast log sinks add ops --webhook https://ops.example.com/events')
    .argument('<name>')
    .option('--otlp <url>', 'a collector, as https://collector.example.com/v1/logs')
    .option('--encoding <name>', 'protobuf or json (for --otlp)')
    .option('--compression <name>', 'gzip or none (for --otlp)')
    .option('--header <text>', '"name: value" or "name: @file"; may be repeated (for --otlp)', collect)
    .option('--syslog <address>', 'tls://host:6514, tcp://host:514 or udp://host:514')
    .option('--cert <file>', 'our certificate in PEM (for --syslog tls://)')
    .option('--key <file>', 'its key in PEM (for --syslog tls://)')
    .option('--facility <number>', 'as RFC 5424 numbers them; 13 is "log audit" (for --syslog)', wholeNumber)
    .option('--max-bytes <number>', 'longest message that the receiver takes (for --syslog)', wholeNumber)
    .option('--enterprise-id <number>', 'number in the name of the structured data (for --syslog)')
    .option('--acknowledge <when>', 'close, or sent for receivers that keep connections open (for --syslog)')
    .option('--file <path>', 'below the directory that ledger.sinks.directory names, as audit/events.ndjson')
    .option('--rotate-bytes <number>', 'size at which a new file begins (for --file)', wholeNumber)
    .option('--keep-files <number>', 'how many rotated files stay; 0 keeps all (for --file)', wholeNumber)
    .option('--webhook <url>', 'a receiver of signed messages (Standard Webhooks)')
    .option('--batch <number>', 'events in one message at most (for --webhook)', wholeNumber)
    .option('--ca <file>', 'the authority that certified the receiver, in PEM')
    .option('--kind <kind>', 'only events of this kind, or of all that begin so: "session.*"; may be repeated', collect)
    .option('--class <number>', 'only events of this OCSF class; may be repeated', classes)
    .option('--outcome <outcome>', 'only success, refused or failure; may be repeated', collect)
    .option('--from <place>', 'end (what comes from now on), start, or a place in the log', 'end')
    .option('--failed-after <seconds>', 'how long it may take nothing before that is an event', wholeNumber)
    .action(async (name: string, options: AddOptions, command: Command) => add(open(command), name, options))

  steering(sinks, open, 'test', 'send a test message and say whether it was taken', async (cli, sink) => {
    const result = await cli.api.post<{ ok: boolean; error: string | null; milliseconds: number }>(`${path(sink)}/test`)
    if (!result.ok) {
      throw new Failure({
        code: 'sink_test_failed',
        detail: `The sink ${sink.name} did not take the test message: ${result.error}.`,
        mend: 'Check its address, its certificates and its secrets; nothing was lost.',
      })
    }
    cli.show(result, () => `${sink.name} took the test message after ${result.milliseconds} ms.\n`)
  })
  steering(sinks, open, 'pause', 'stop delivering; its place in the log is kept', async (cli, sink) => {
    const paused = await cli.api.post<Sink>(`${path(sink)}/pause`)
    cli.show(paused, () => `${sink.name} is paused at ${paused.cursor}.\n`)
  })
  steering(sinks, open, 'resume', 'deliver again, from the place that was kept', async (cli, sink) => {
    const resumed = await cli.api.post<Sink>(`${path(sink)}/resume`)
    cli.show(resumed, () => `${sink.name} goes on at ${resumed.cursor}, ${behind(resumed)} behind.\n`)
  })
  steering(
    sinks,
    open,
    'rotate',
    'give a webhook a new signing secret; the old one signs beside it for a day',
    async (cli, sink) => {
      const made = await cli.api.post<{ secret: string; oldUntil: string }>(`${path(sink)}/rotate`)
      cli.show(
        made,
        () => `${facts({ secret: made.secret, 'old one until': when(made.oldUntil) })}It is shown this once.\n`,
      )
    },
  )
  steering(sinks, open, 'remove', 'remove a sink', async (cli, sink) => {
    await cli.api.delete(path(sink))
    cli.show(sink, () => `Sink ${sink.name} is gone; it had delivered up to ${sink.cursor}.\n`)
  })

  sinks
    .command('rewind')
    .description('set a sink to a place of the log: what lies above it is delivered next')
    .argument('<sink>', 'name or id')
    .argument('<seq>', 'back to send events again, forward to leave some out', wholeNumber)
    .action(async (name: string, seq: number, _options: object, command: Command) => {
      const { api, show } = open(command)
      const sink = await findSink(api, name)
      const moved = await api.post<Sink>(`${path(sink)}/rewind`, { seq })
      show(moved, () => `${sink.name} was at ${sink.cursor} and goes on above ${seq}.\n`)
    })

  return sinks
}

function steering(
  sinks: Command,
  open: Open,
  name: string,
  description: string,
  act: (cli: Cli, sink: Sink) => Promise<void>,
): void {
  sinks
    .command(name)
    .description(description)
    .argument('<sink>', 'name or id')
    .action(async (which: string, _options: object, command: Command) => {
      const cli = open(command)
      await act(cli, await findSink(cli.api, which))
    })
}

async function add(cli: Cli, name: string, options: AddOptions): Promise<void> {
  const { kind: kinds, class: classesOnly, outcome: outcomes, from = 'end', failedAfter } = options
  const made = await cli.api.post<{ sink: Sink; secret: string | null }>('/sinks', {
    name,
    ...targetOf(options, cli.terminal.cwd),
    filter: {
      ...(kinds !== undefined && { kinds }),
      ...(classesOnly !== undefined && { classes: classesOnly }),
      ...(outcomes !== undefined && { outcomes }),
    },
    from: /^\d+$/.test(from) ? Number(from) : from,
    ...(failedAfter !== undefined && { failedAfterSeconds: failedAfter }),
  })
  const { sink, secret } = made
  cli.show(made, () => {
    const told = facts({
      sink: sink.name,
      id: sink.id,
      to: targetName(sink),
      from: sink.cursor,
      ...(secret !== null && { secret }),
    })
    return secret === null ? told : `${told}The secret is shown this once; the receiver checks signatures with it.\n`
  })
}

function list(sinks: readonly Sink[]): string {
  return table(
    sinks,
    {
      name: (sink) => sink.name,
      kind: (sink) => sink.kind,
      to: targetName,
      state: (sink) => (sink.state === 'active' && sink.failures > 0 ? `failing (${sink.failures})` : sink.state),
      behind,
      'last delivered': (sink) => when(sink.lastDeliveredAt),
      error: (sink) => sink.lastError,
    },
    'There are no sinks: holdfast log sinks add ops --webhook https://ops.example.com/events',
  )
}

function behind({ behind: { events, more, seconds } }: Sink): string {
  if (events === 0) return '0'
  return `${more ? 'more than ' : ''}${count(events, 'event')}, ${seconds} s`
}

function targetName({ settings }: Sink): string {
  const { url, protocol, host, port, path: file } = settings
  if (url !== undefined) return String(url)
  return host === undefined ? String(file) : `${protocol}://${host}:${port}`
}

async function findSink(api: Api, name: string): Promise<Sink> {
  const { items } = await api.get<{ items: readonly Sink[] }>('/sinks')
  const found = items.find((sink) => sink.name === name || sink.id === name)
  if (found !== undefined) return found
  throw new Failure({
    code: 'not_found',
    detail: `There is no sink ${name}.`,
    mend: '"holdfast log sinks list" shows all.',
  })
}

function path({ id }: Sink): string {
  return `/sinks/${segment(id)}`
}

function classes(text: string, before: readonly number[] = []): readonly number[] {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('The number of a class, as 3002.')
  return [...before, Number(text)]
}
