import type { Event } from '@holdfast/events'
import { Command } from 'commander'
import type { Api, Query } from '../api/client.ts'
import type { Cli, Open } from '../cli.ts'
import { wholeNumber } from '../commands/options.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { eventLine } from './event-line.ts'
import { addFilters, filterQuery, type FilterOptions } from './filters.ts'
import { findSearch, saveSearch } from './saved-searches.ts'

interface SearchOptions extends FilterOptions {
  readonly limit: number
  readonly facets?: boolean
  readonly ocsf?: boolean
  readonly saved?: string
  readonly save?: string
  readonly shared?: boolean
}

interface SearchPage {
  readonly items: readonly unknown[]
  readonly next: string | null
  readonly complete: boolean
}

interface Facets extends Readonly<Record<string, unknown>> {
  readonly counted: number
  readonly since: string | null
  readonly complete: boolean
}

/** What the server gives at a time. */
const pageSize = 200
/** Pages that one search asks for at most when they hold little: each has had its time. */
const mostPages = 50

export function searchCommand(open: Open): Command {
  return addFilters(
    new Command('search')
      .description('find events, newest first: holdfast log search ada@example.com --kind session.* --since 7d')
      .argument('[words...]', 'words that must all be there, whole; "in quotes" as they stand')
      .option('-n, --limit <number>', 'how many at most', wholeNumber, 50),
  )
    .option('--facets', 'count them by kind, outcome, actor, application and class')
    .option('--ocsf', 'whole, as OCSF documents, one a line')
    .option('--saved <name>', 'what this saved search looks for; further options narrow it')
    .option('--save <name>', 'save this search under a name')
    .option('--shared', 'with --save: for everybody who may list events')
    .addHelpText('after', '\nWithout --since the last 90 days are searched.')
    .action(async (words: string[], options: SearchOptions, command: Command) => search(open(command), words, options))
}

async function search(cli: Cli, words: readonly string[], options: SearchOptions): Promise<void> {
  const { api, show } = cli
  if (options.shared === true && options.save === undefined) throw usage('--shared goes with --save.')
  const own = await filterQuery(api, options)
  const text = words.length === 0 ? {} : { query: words.map(quoted).join(' ') }
  const kept = options.saved === undefined ? {} : (await findSearch(api, options.saved)).filter
  const query = { ...kept, ...defined(own), ...text }
  if (options.save !== undefined) {
    const saved = await saveSearch(api, options.save, query, options.shared === true)
    return show(saved, () => `Saved as ${saved.name}: holdfast log search --saved "${saved.name}"\n`)
  }
  if (options.facets === true) return facets(cli, query)
  const found = await pages(api, { ...query, ...(options.ocsf === true && { format: 'ocsf' }) }, options.limit)
  if (!found.complete) {
    cli.terminal.error('Not everything could be searched in time; name a rarer word or a shorter time.\n')
  }
  if (options.ocsf === true) {
    for (const item of found.items) cli.terminal.out(`${JSON.stringify(item)}\n`)
    return
  }
  show(found.items, () =>
    found.items.length === 0 ? 'Nothing was found.\n' : (found.items as Event[]).map(eventLine).join(''),
  )
}

async function pages(api: Api, query: Query, limit: number): Promise<Omit<SearchPage, 'next'>> {
  const items: unknown[] = []
  let cursor: string | undefined
  for (let n = 0; n < mostPages; n += 1) {
    const size = Math.min(pageSize, limit - items.length)
    const page = await api.get<SearchPage>('/events', { ...query, limit: size, cursor })
    items.push(...page.items)
    if (page.next === null || items.length >= limit) return { items, complete: true }
    cursor = page.next
  }
  return { items, complete: false }
}

async function facets({ api, show, terminal }: Cli, query: Query): Promise<void> {
  const found = await api.get<Facets>('/ledger/facets', query)
  if (!found.complete) terminal.error(`Only the newest were counted, since ${found.since ?? 'a moment ago'}.\n`)
  const rows = ['kind', 'outcome', 'actor', 'application', 'class'].flatMap((facet) =>
    (found[facet] as { value: string; count: number }[]).map(({ value, count }) => ({ facet, value, count })),
  )
  show(found, () =>
    table(
      rows,
      { facet: (row) => row.facet, value: (row) => row.value, events: (row) => row.count },
      'Nothing was found.',
    ),
  )
}

/** The shell has taken the quotation marks away: several words in one are a phrase. */
function quoted(word: string): string {
  return /\s/.test(word) && !word.includes('"') ? `"${word}"` : word
}

function defined(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}
