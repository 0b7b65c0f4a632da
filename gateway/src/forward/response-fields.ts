import { canonicalName, isOurs, type Protect, setsOurCookie } from '@holdfast/sdk/edge/guard'

type FieldKind = 'keep' | 'drop' | 'connection' | 'set-cookie'

const special: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['connection', 'connection'],
  ['set-cookie', 'set-cookie'],
  // The gateway's own id of the request stands there
  ['x-request-id', 'drop'],
  // Hop-by-hop (RFC 9110 section 7.6.1); the gateway frames the body anew
  ['keep-alive', 'drop'],
  ['proxy-connection', 'drop'],
  ['proxy-authenticate', 'drop'],
  ['transfer-encoding', 'drop'],
  ['te', 'drop'],
  ['trailer', 'drop'],
  ['upgrade', 'drop'],
])

interface Known {
  readonly kind: FieldKind
  readonly lower: string
}

const known = new Map<string, Known>()
const mostKnown = 1000

function knownAs(name: string): Known {
  const cached = known.get(name)
  if (cached !== undefined) return cached
  const lower = name.toLowerCase()
  const kind = special.get(lower) ?? (isOurs(canonicalName(name)) ? 'drop' : 'keep')
  const made = { kind, lower }
  if (known.size < mostKnown) known.set(name, made)
  return made
}

/** The request that is being answered. */
export interface Exchanged {
  readonly requestId: string
  /** What its application's protection makes of the answer. */
  readonly protect: Protect
}

const usual = /^\s*(?:close|keep-alive|upgrade)\s*$/i

/**
 * What of an upstream's response fields reaches the client: not the hop-by-hop ones, nothing under our names, no cookie
 * of ours. Adds what the application's protection says, and the id of the request.
 * @param fields flat list, as parsed
 */
export function responseFields(fields: readonly string[], status: number, { requestId, protect }: Exchanged): string[] {
  const kept: string[] = []
  let nominated: string[] | null = null
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    const value = fields[i + 1] ?? ''
    const { kind, lower } = knownAs(name)
    switch (kind) {
      case 'drop':
        continue
      case 'connection':
        if (!usual.test(value)) nominated = [...(nominated ?? []), ...value.split(',')]
        continue
      case 'set-cookie':
        if (setsOurCookie(value)) continue
        break
      default:
        if (protect.hides(lower)) continue
    }
    kept.push(name, value)
  }
  const passed = nominated === null ? kept : without(kept, nominated)
  // A 101 ends the HTTP of its connection, and is no answer that a browser would keep.
  if (status !== 101) protect.complete(passed, status)
  passed.push('X-Request-Id', requestId)
  return passed
}

function without(fields: readonly string[], nominated: readonly string[]): string[] {
  const names = new Set(nominated.map((name) => name.trim().toLowerCase()))
  // The framing is not for the Connection field to take away.
  names.delete('content-length')
  return fields.filter((_, index) => !names.has((fields[index - (index % 2)] ?? '').toLowerCase()))
}
