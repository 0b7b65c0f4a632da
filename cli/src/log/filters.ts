import { type Command, InvalidArgumentError } from 'commander'
import type { Api, Query } from '../api/client.ts'
import { findPerson } from '../api/find.ts'

export interface FilterOptions {
  readonly kind?: string
  readonly class?: string
  readonly severity?: string
  readonly outcome?: string
  readonly actor?: string
  readonly target?: string
  readonly application?: string
  readonly reason?: string
  readonly request?: string
  readonly address?: string
  readonly since?: string
  readonly until?: string
}

/** The options by which `log search` and `log tail` choose events. */
export function addFilters(command: Command): Command {
  return command
    .option('--kind <kinds>', 'of this kind: session.started, or session.* for all below; several with commas')
    .option('--outcome <outcome>', 'success, refused or failure')
    .option('--application <id>', 'of this application')
    .option('--actor <who>', 'done by: an id, or the e-mail address of a person')
    .option('--target <id>', 'done to: the id of the person, session, application, ...')
    .option('--address <addresses>', 'from this IP address; several with commas')
    .option('--reason <code>', 'with this reason, as forbidden')
    .option('--request <id>', 'of this request: the id that an error message names')
    .option('--class <numbers>', 'of this OCSF class, as 3002')
    .option('--severity <name>', 'at least: informational, low, medium, high, critical, fatal')
    .option('--since <time>', 'since: 2h, 7d, 3w, or a time as 2026-01-31T10:00:00Z', pastTime)
    .option('--until <time>', 'before: the same', pastTime)
}

export async function filterQuery(api: Api, options: FilterOptions): Promise<Query> {
  const { kind, outcome, application, actor, target, address, reason, request, severity, since, until } = options
  // An address of somebody who was deleted finds nobody: then the id is needed, which the log has.
  const person = actor?.includes('@') === true ? (await findPerson(api, actor)).id : actor
  const filter = { kind, outcome, application, actor: person, target, address, reason, severity, since, until }
  return { ...filter, requestId: request, class: options.class }
}

const units = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const

/** @throws InvalidArgumentError */
export function pastTime(text: string): string {
  const [, number, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  const time =
    number === undefined
      ? Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
      : Date.now() - Number(number) * units[unit as keyof typeof units] * 1000
  if (Number.isNaN(time)) throw new InvalidArgumentError('A time as 2h, 7d or 2026-01-31T10:00:00Z is needed.')
  return new Date(time).toISOString()
}
