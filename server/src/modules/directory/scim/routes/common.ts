import { type Limit, perPrincipal } from '../../../../platform/http/limit.ts'
import { parseJsonBody } from '../../../../platform/http/request.ts'
import type { Received, RequestHead } from '../../../../platform/http/route.ts'
import { type Outcome, ok } from '../../../../platform/outcome.ts'
import { installation } from '../house.ts'
import { attempt, scimForm, scimMedia } from '../refusals.ts'
import type { Json, Resource } from '../schema/attribute.ts'
import { isObject, textOf } from '../schema/find.ts'
import { versionIn } from '../show.ts'
import { names } from '../version.ts'

/** What all addresses of SCIM have in common. Entra ID asks for 25 requests a second at least. */
export const common = {
  permission: { action: 'provision', resource: installation },
  output: { media: scimMedia },
  refusal: scimForm,
  limit: perPrincipal(6000, 'minute') satisfies Limit,
} as const

/** Some clients say that it is plain JSON. */
export const body = { media: [scimMedia, 'application/json'] } as const

/** @returns `body_invalid` */
export async function withBody<T>(
  { content }: Received,
  use: (body: unknown) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const text = decoded(content)
  const parsed = parseJsonBody(text)
  return parsed.ok ? attempt(() => use(parsed.value)) : parsed
}

function decoded(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return ''
  }
}

/** A resource as an answer: where it is, in which version. */
export function answered(
  outcome: Outcome<Resource>,
  shown: (resource: Resource) => Json = (all) => all,
): Outcome<string> {
  if (!outcome.ok) return outcome
  const { value, reply } = outcome
  const { meta } = value
  const location = isObject(meta) ? (textOf(meta, 'location') ?? '') : ''
  // RFC 7644, section 3.3, for what was made; elsewhere RFC 9110, section 8.7: where the resource is.
  const place = { [reply.status === 201 ? 'location' : 'content-location']: location }
  return ok(JSON.stringify(shown(value)), { ...reply, headers: { etag: versionIn(value), ...place } })
}

/** Nothing, where the client has this version (RFC 7644, section 3.14). */
export function unlessKnown(
  outcome: Outcome<Resource>,
  { headers }: RequestHead,
  answer: () => Outcome<string>,
): Outcome<string> {
  const known = headers.get('if-none-match')
  if (!outcome.ok || known === null || !names(known, versionIn(outcome.value))) return answer()
  return ok('', { status: 304, headers: { etag: versionIn(outcome.value) } })
}
