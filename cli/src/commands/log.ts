import { GENESIS, type ChainEntry, type ChainPoint, type Event } from '@holdfast/events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { segment, type Api } from '../api/client.ts'
import type { Page } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { rememberedHead, rememberHead, stateFile } from '../log/heads.ts'
import { verifyLog, type Verdict } from '../log/verify.ts'
import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'
import { when } from '../output/time.ts'

const pageSize = 500
const waitSeconds = 25
const pause = 500 // milliseconds between two questions

interface Latest extends Page<Event> {
  readonly latest: string | null
}

export function logCommand(open: Open): Command {
  const log = new Command('log').description('what happened: the event log')

  log
    .command('verify')
    .description('recompute the hash chain of the whole log and compare it with what was verified before')
    .option('--state <file>', 'where the verified head is remembered (default: in the state directory of the user)')
    .option('--new', 'this is another installation at the same address: forget what was verified before')
    .action(async (options: { state?: string; new?: boolean }, command: Command) => verify(open(command), options))

  log
    .command('tail')
    .description('show the newest events: holdfast log tail --follow')
    .option('-n, --lines <number>', 'how many', wholeNumber, 20)
    .option('-f, --follow', 'wait for more')
    .option('--kind <kind>', 'only of this kind, as session.started')
    .option('--outcome <outcome>', 'success, refused or failure')
    .option('--application <id>', 'only of this application')
    .action(async (options: TailOptions, command: Command) => tail(open(command), options))

  log
    .command('show')
    .description('show one event whole')
    .argument('<id>', 'as an error message names it')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const event = await api.get<Event>(`/events/${segment(id)}`)
      show(event, () => `${JSON.stringify(event, null, 2)}\n`)
    })

  return log
}

async function verify(cli: Cli, options: { state?: string; new?: boolean }): Promise<void> {
  const { api } = cli
  const { url } = api.connection
  const state = stateFile(options.state, cli.terminal)
  const installation = installationAt(url, cli.data)
  const before = options.new === true ? undefined : rememberedHead(state, installation)
  const verdict = await verifyLog(
    {
      head: () =>
        api.get<ChainPoint>('/ledger/head').then(({ seq, hash }) => ({ seq, hash: seq === 0 ? GENESIS : hash })),
      entries: async (after) => (await api.get<Page<ChainEntry>>('/ledger/chain', { after, limit: pageSize })).items,
    },
    before,
  )
  if (!verdict.ok) throw broken(verdict)
  const { seq, hash, first, unseen } = verdict
  if (first !== null) rememberHead(state, installation, { first, seq, hash, verifiedAt: new Date().toISOString() })
  cli.show({ seq, hash, unseen, since: before?.seq ?? null }, () => {
    const known = before === undefined ? 'verified for the first time' : `continues what was verified at ${before.seq}`
    const blind =
      unseen === 0 ? '' : `${count(unseen, 'event')} could not be read with this token; only their place was checked.\n`
    return `The log is whole: ${count(seq, 'event')}, ${known}.\nhead ${seq} ${hash}\n${blind}`
  })
}

/**
 * Under what name a head is remembered. An address names one installation, save that of this machine itself, where a
 * second checkout or another data directory is another installation at the same address.
 */
function installationAt(url: string, data: string): string {
  const { hostname } = new URL(url)
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? `${url} ${data}` : url
}

function broken({ code, seq, detail }: Extract<Verdict, { ok: false }>): Failure {
  return new Failure({
    code,
    detail,
    lines: [`first bad event: ${seq}`],
    mend:
      code === 'log_other'
        ? 'If this installation was made anew on purpose, verify it once with --new.'
        : 'Keep a copy of the database as it is, and find out who could write to it.',
  })
}

interface TailOptions {
  readonly lines: number
  readonly follow?: boolean
  readonly kind?: string
  readonly outcome?: string
  readonly application?: string
}

async function tail({ api, show, terminal, options: globals }: Cli, options: TailOptions): Promise<void> {
  const { kind, outcome, application } = options
  const filter = { kind, outcome, application }
  const page = await api.get<Latest>('/events', { ...filter, limit: options.lines })
  const events = page.items.toReversed()
  if (options.follow !== true) return show(events, () => events.map(line).join(''))
  // One event a line in both forms: a stream has no end that could close an array.
  const print = (event: Event) => terminal.out(globals.json === true ? `${JSON.stringify(event)}\n` : line(event))
  for (const event of events) print(event)
  await follow(api, filter, page.latest, print)
}

/**
 * Waits for more, for ever. With the bootstrap token every question is itself an event, which would answer the next one
 * at once: so there is a pause between two, and what the asking itself has left is not shown.
 */
async function follow(
  api: Api,
  filter: Readonly<Record<string, string | undefined>>,
  latest: string | null,
  print: (event: Event) => void,
): Promise<never> {
  let after = latest ?? undefined
  for (;;) {
    const page = await api.get<Latest>('/events', { ...filter, after, wait: waitSeconds }, (waitSeconds + 15) * 1000)
    for (const event of page.items) if (event.kind !== 'bootstrap.used' || filter['kind'] !== undefined) print(event)
    after = page.latest ?? after
    await sleep(pause)
  }
}

function line({ time, outcome, kind, actor, resource, application, reason, id }: Event): string {
  const who = actor === null ? '-' : (actor.name ?? `${actor.type} ${actor.id}`)
  const what = resource === null ? '' : ` on ${resource.type} ${resource.id}`
  const where = application === null ? '' : ` [${application}]`
  const why = reason === null ? '' : `: ${reason}`
  return `${printable(`${when(time)}  ${outcome.padEnd(7)}  ${kind}${where}  ${who}${what}${why}  ${id}`)}\n`
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('A number from 1 to 999 is needed.')
  return Number(text)
}
