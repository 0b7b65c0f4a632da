import { compilePlaces, type Place, resourceOf } from '@holdfast/http-guard'
import type { Explanation } from '@holdfast/policy'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Uid } from '../../platform/ports.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { readProtection } from './change.ts'
import type { ProtectionDeps } from './deps.ts'
import { errors } from './errors.ts'
import { actionsOf } from './route-controls.ts'

/** A request that nobody has sent. */
export interface Tried {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** null: nobody is signed in */
  readonly principal: Uid | null
  /** how the principal would have signed in */
  readonly session: { readonly acr: string; readonly level: number; readonly amr: string[]; readonly age: number }
}

/** What a gateway would make of it, as far as the application's routes and policies say so. */
export interface Foreseen {
  /** `report`: it would pass, and an event would tell why it should not */
  readonly outcome: 'pass' | 'report' | 'refuse'
  /** code of the answer in place of the application's, or of the report */
  readonly code: string | null
  readonly detail: string
  readonly place: Place
  readonly resource: Uid | null
  readonly decision: Explanation | null
}

type Verdict = Pick<Foreseen, 'code' | 'detail'> & Partial<Pick<Foreseen, 'resource' | 'decision'>>

const level: Readonly<Record<string, number>> = { aal1: 1, aal2: 2, phr: 3 }
/** As gateways count it: somebody has to come back from a sign-in meanwhile. */
const freshest = 60

export async function explainRequest(
  tx: Transaction,
  deps: Pick<ProtectionDeps, 'access'>,
  application: string,
  tried: Tried,
): Promise<Outcome<Foreseen>> {
  const own = await readProtection(tx, deps, application)
  if (!own.ok) return own
  const row = await deps.access.application(tx, application)
  const mark = tried.target.indexOf('?')
  const path = mark < 0 ? tried.target : tried.target.slice(0, mark)
  const readings = readingsOf(path)
  if (readings === null) return refuse(errors.path_unreadable, { path })
  const target = { path, query: mark < 0 ? '' : tried.target.slice(mark), readings }
  const places = compilePlaces(own.value.settings, row?.public_paths ?? [])
  const place = places.of({ method: tried.method, methodOverride: null, target })
  const judged = await judge(tx, deps, { application, actions: actionsOf(row?.schema_json ?? {}) }, tried, place)
  if (!judged.ok) return judged
  const { resource = null, decision = null, code, detail } = judged.value
  const outcome = code === null ? 'pass' : place.mode === 'report' && code !== 'unauthenticated' ? 'report' : 'refuse'
  return ok({ outcome, code, detail, place, resource, decision })
}

async function judge(
  tx: Transaction,
  { access }: Pick<ProtectionDeps, 'access'>,
  { application, actions }: { readonly application: string; readonly actions: ReadonlySet<string> },
  { principal, session }: Tried,
  place: Place,
): Promise<Outcome<Verdict>> {
  const { found, rule, mode, asked } = place
  if (principal === null && !place.public) return ok({ code: 'unauthenticated', detail: 'It needs a session.' })
  if (mode === 'off') return ok({ code: null, detail: 'No policy is asked.' })
  if (found.kind === 'ambiguous') return ok({ code: 'request_ambiguous', detail: found.why })
  if (found.kind === 'none' || rule === null || asked === null) {
    const passes = place.public || place.unmatched === 'pass'
    return ok(
      passes ? { code: null, detail: 'No route names it.' } : { code: 'forbidden', detail: 'No route names it.' },
    )
  }
  const { action, acr, maxAge } = rule
  if (principal === null) {
    const asks = (action ?? acr ?? maxAge) !== undefined
    return ok({ code: asks ? 'unauthenticated' : null, detail: asks ? 'It needs a session.' : 'The route is public.' })
  }
  const weak = acr !== undefined && session.level < (level[acr] ?? 0)
  if (weak || (maxAge !== undefined && session.age > Math.max(maxAge, freshest))) {
    return ok({ code: 'insufficient_user_authentication', detail: 'The route demands a stronger or newer sign-in.' })
  }
  if (action === undefined) return ok({ code: null, detail: 'The route names no action.' })
  if (actions.size > 0 && !actions.has(action)) {
    return ok({ code: 'forbidden', detail: `The schema declares no action "${action}": it is refused to everybody.` })
  }
  const resource = resourceOf(rule, asked, found.parameters)
  if ('why' in resource) return ok({ code: 'request_ambiguous', detail: `${resource.why}.` })
  const { uid, attrs } = resource
  const given = Object.keys(attrs).length === 0 ? {} : { entities: [{ uid, attrs, parents: [] }] }
  const context = principal.type === 'Person' ? { context: { session } } : {}
  const evaluated = await access.evaluate(tx, application, { principal, action, resource: uid, ...context, ...given })
  if (!evaluated.ok) return evaluated
  const { decision, text } = evaluated.value
  const allowed = decision === 'allow'
  return ok({
    code: allowed ? null : 'forbidden',
    detail: allowed ? 'The policies permit it.' : text,
    resource: uid,
    decision: evaluated.value,
  })
}

/** As a gateway reads a path that is plain: what it reads otherwise, or not at all, is not tried here. */
function readingsOf(path: string): readonly string[] | null {
  if (!path.startsWith('/') || /\/\/|\\|;|%(?:2f|5c|[01]|7f|25)/i.test(path)) return null
  try {
    const decoded = decodeURIComponent(path)
    if (/(?:^|\/)\.{1,2}(?:\/|$)|[^\P{Cc}]/u.test(decoded) || decoded.normalize('NFKC') !== decoded) return null
    return decoded === path ? [path] : [path, decoded]
  } catch {
    return null
  }
}
