import type { Event } from '@holdfast/events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import type { Api, Query } from '../api/client.ts'
import type { Page } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { eventLine } from './event-line.ts'
import { addFilters, filterQuery, type FilterOptions } from './filters.ts'

const waitSeconds = 25
const pause = 500 // milliseconds between two questions

interface Latest extends Page<Event> {
  readonly latest: string | null
}

export function tailCommand(open: Open): Command {
  return addFilters(
    new Command('tail')
      .description('show the newest events: holdfast log tail --follow')
      .option('-n, --lines <number>', 'how many', wholeNumber, 20)
      .option('-f, --follow', 'wait for more'),
  ).action(async (options: TailOptions, command: Command) => tail(open(command), options))
}

interface TailOptions extends FilterOptions {
  readonly lines: number
  readonly follow?: boolean
}

async function tail({ api, show, terminal, options: globals }: Cli, options: TailOptions): Promise<void> {
  const filter = await filterQuery(api, options)
  const page = await api.get<Latest>('/events', { ...filter, limit: options.lines })
  const events = page.items.toReversed()
  if (options.follow !== true) return show(events, () => events.map(eventLine).join(''))
  // One event a line in both forms: a stream has no end that could close an array.
  const print = (event: Event) => terminal.out(globals.json === true ? `${JSON.stringify(event)}\n` : eventLine(event))
  for (const event of events) print(event)
  await follow(api, filter, page.latest, print)
}

/**
 * Waits for more, for ever. With the bootstrap token every question is itself an event, which would answer the next one
 * at once: so there is a pause between two, and what the asking itself has left is not shown.
 */
async function follow(api: Api, filter: Query, latest: string | null, print: (event: Event) => void): Promise<never> {
  let after = latest ?? undefined
  for (;;) {
    const page = await api.get<Latest>('/events', { ...filter, after, wait: waitSeconds }, (waitSeconds + 15) * 1000)
    for (const event of page.items) if (event.kind !== 'bootstrap.used' || filter['kind'] !== undefined) print(event)
    after = page.latest ?? after
    await sleep(pause)
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('A number from 1 to 999 is needed.')
  return Number(text)
}
