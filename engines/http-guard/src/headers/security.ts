import type { HeaderValues } from '../settings.ts'
import { stricter } from './strictness.ts'

/** Header fields made ready: name as written, name in lower case, value. */
interface Field {
  readonly name: string
  readonly lower: string
  readonly value: string
  readonly httpsOnly: boolean
}

export interface SecurityHeaders {
  /** Lower-case names that `complete` wants to hear the values of. */
  readonly watched: ReadonlySet<string>
  readonly hidden: ReadonlySet<string>
  /**
   * Adds ours to the fields of an answer, in place.
   * @param fields flat list of names and values
   * @param framing the application's own CSP names frame-ancestors, beside which browsers ignore X-Frame-Options
   */
  complete(fields: string[], context: { readonly secure: boolean; readonly framing: boolean }): void
}

const hiddenNames = ['x-powered-by', 'x-aspnet-version', 'x-aspnetmvc-version', 'x-generator', 'x-runtime']
const none: ReadonlySet<string> = new Set()

export function compileHeaders(choices: HeaderValues): SecurityHeaders {
  const wanted = fieldsOf(choices)
  const watched = new Set(wanted.map(({ lower }) => lower))
  return {
    watched,
    hidden: choices.hideServer ? new Set(hiddenNames) : none,
    complete(fields, { secure, framing }) {
      for (const field of wanted) {
        if (field.httpsOnly && !secure) continue
        if (field.lower === 'x-frame-options' && framing) continue
        settle(fields, field, choices.when)
      }
    },
  }
}

/** One header of ours against those of the application. */
function settle(fields: string[], { name, lower, value }: Field, when: HeaderValues['when']): void {
  const at = indexOf(fields, lower, 0)
  if (at < 0) {
    fields.push(name, value)
    return
  }
  const compare = stricter.get(lower)
  let result: string | null = null
  // Two of one name mean different things to different browsers: the strictest of them and of ours counts.
  for (let each = at; each >= 0; each = indexOf(fields, lower, each + 2)) {
    result = compare?.(fields[each + 1] ?? '', result ?? value) ?? result
  }
  if (result !== null && when === 'absent') return
  fields[at + 1] = result ?? value
  for (let twin = indexOf(fields, lower, at + 2); twin >= 0; twin = indexOf(fields, lower, twin)) fields.splice(twin, 2)
}

function indexOf(fields: readonly string[], lower: string, from: number): number {
  for (let i = from; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (name.length === lower.length && name.toLowerCase() === lower) return i
  }
  return -1
}

function fieldsOf(choices: HeaderValues): Field[] {
  const fields: Field[] = []
  const add = (name: string, value: string | null, httpsOnly = false): void => {
    if (value !== null) fields.push({ name, lower: name.toLowerCase(), value, httpsOnly })
  }
  const { hsts, frame, permissions } = choices
  add('X-Content-Type-Options', choices.contentTypeOptions ? 'nosniff' : null)
  add('Referrer-Policy', choices.referrerPolicy)
  add('X-Frame-Options', frame === null ? null : frame === 'deny' ? 'DENY' : 'SAMEORIGIN')
  add('Cross-Origin-Opener-Policy', choices.openerPolicy)
  add('Cross-Origin-Embedder-Policy', choices.embedderPolicy)
  add('Cross-Origin-Resource-Policy', choices.resourcePolicy)
  add('Permissions-Policy', permissions === null ? null : permissionsOf(permissions))
  add('Strict-Transport-Security', hsts === null ? null : transportOf(hsts), true)
  return fields
}

const transportOf = ({ maxAgeSeconds, includeSubDomains, preload }: NonNullable<HeaderValues['hsts']>): string =>
  [
    `max-age=${maxAgeSeconds}`,
    ...(includeSubDomains ? ['includeSubDomains'] : []),
    ...(preload ? ['preload'] : []),
  ].join('; ')

/** Permissions Policy (W3C) section 4: `self` is a token, an origin a string. */
const permissionsOf = (permissions: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(permissions)
    .map(
      ([name, who]) =>
        `${name}=(${who.map((each) => (each === 'self' || each === '*' ? each : `"${each}"`)).join(' ')})`,
    )
    .join(', ')
