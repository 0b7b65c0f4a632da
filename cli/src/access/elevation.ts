import { type Command, InvalidArgumentError } from 'commander'
import { segment } from '../api/client.ts'
import type { PersonOptions } from './as-person.ts'
import type { Uid } from '../api/types.ts'
import { printable } from '../output/printable.ts'
import { when } from '../output/time.ts'
import { type In, uidText } from './moments.ts'

/** A request for power for a time, or a broken glass. */
export interface Elevation {
  readonly id: string
  readonly kind: 'elevation' | 'break_glass'
  readonly role: string | null
  readonly template: string | null
  readonly resource: Uid | null
  readonly person: Uid & { readonly name: string | null }
  readonly reason: string | null
  readonly seconds: number
  readonly state: string
  readonly requestedAt: string
  readonly grant: { readonly id: string; readonly validFrom: string; readonly validTo: string | null } | null
}

export const elevationsPath = (application: string, rest = '') =>
  `/applications/${segment(application)}/elevations${rest}`

export type Asking = PersonOptions & In

/** What every command for people only needs: who, and of which application. */
export function asking(command: Command): Command {
  return command
    .option('--application <id>', 'of which application', 'holdfast')
    .option('--as <email>', 'who you are: only people ask and answer; without it whoever is signed in (holdfast login)')
    .option('--password-file <file>', 'a file with your password; asked for otherwise')
    .option('--password-stdin', 'your password from standard input')
}

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** `90s`, `30m`, `4h`, `1d` as seconds. */
export function seconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count === undefined || unit === undefined) throw new InvalidArgumentError('A time is needed, like 30m or 4h.')
  return Number(count) * units[unit as keyof typeof units]
}

export function given({ role, template, resource }: Elevation): string {
  return role === null
    ? `what ${template ?? ''} permits${resource === null ? '' : ` on ${uidText(resource)}`}`
    : `role ${role}`
}

/** What became of a request, in a sentence. */
export function told(elevation: Elevation): string {
  const { id, state, grant, person } = elevation
  const whose = printable(person.name ?? person.id)
  const time = state === 'approved' && grant !== null ? `, until ${when(grant.validTo)}` : ''
  return `${elevation.kind === 'break_glass' ? 'Broken glass' : 'Request'} ${id}: ${given(elevation)} for ${whose} is ${state}${time}.\n`
}
