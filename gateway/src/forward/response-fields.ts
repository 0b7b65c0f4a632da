import { setsOurCookie } from '../request/cookies.ts'
import { canonicalName, isOurs } from '../request/fields.ts'

type FieldKind = 'keep' | 'drop' | 'connection' | 'set-cookie' | 'nosniff' | 'referrer' | 'hsts'

const special: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['connection', 'connection'],
  ['set-cookie', 'set-cookie'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'referrer'],
  ['strict-transport-security', 'hsts'],
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

const known = new Map<string, FieldKind>()
const mostKnown = 1000

function kindOf(name: string): FieldKind {
  const cached = known.get(name)
  if (cached !== undefined) return cached
  const kind = special.get(name.toLowerCase()) ?? (isOurs(canonicalName(name)) ? 'drop' : 'keep')
  if (known.size < mostKnown) known.set(name, kind)
  return kind
}

/** The request that is being answered. */
export interface Exchanged {
  readonly requestId: string
  /** The client came by https. */
  readonly secure: boolean
}

const usual = /^\s*(?:close|keep-alive|upgrade)\s*$/i

/**
 * What of an upstream's response fields reaches the client: not the hop-by-hop ones, nothing under our names, no cookie
 * of ours. Adds the security headers that hold for any application when the upstream has not set them itself, and the id
 * of the request.
 * @param fields flat list, as parsed
 */
export function responseFields(fields: readonly string[], { requestId, secure }: Exchanged): string[] {
  const kept: string[] = []
  let nominated: string[] | null = null
  let nosniff = false
  let referrer = false
  let hsts = false
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    const value = fields[i + 1] ?? ''
    switch (kindOf(name)) {
      case 'drop':
        continue
      case 'connection':
        if (!usual.test(value)) nominated = [...(nominated ?? []), ...value.split(',')]
        continue
      case 'set-cookie':
        if (setsOurCookie(value)) continue
        break
      case 'nosniff':
        nosniff = true
        break
      case 'referrer':
        referrer = true
        break
      case 'hsts':
        hsts = true
        break
      default:
    }
    kept.push(name, value)
  }
  if (!nosniff) kept.push('X-Content-Type-Options', 'nosniff')
  if (!referrer) kept.push('Referrer-Policy', 'strict-origin-when-cross-origin')
  if (secure && !hsts) kept.push('Strict-Transport-Security', 'max-age=31536000')
  const passed = nominated === null ? kept : without(kept, nominated)
  passed.push('X-Request-Id', requestId)
  return passed
}

function without(fields: readonly string[], nominated: readonly string[]): string[] {
  const names = new Set(nominated.map((name) => name.trim().toLowerCase()))
  // The framing is not for the Connection field to take away.
  names.delete('content-length')
  return fields.filter((_, index) => !names.has((fields[index - (index % 2)] ?? '').toLowerCase()))
}
