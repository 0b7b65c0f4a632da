import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type RequestHead, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Caller, Source } from '../../../platform/ports.ts'
import type { Read } from '../../../platform/work.ts'
import { askedBy } from '../decision-log/types.ts'
import { errors } from '../errors.ts'
import type { EvaluationDeps } from '../evaluate.ts'
import { ApplicationId } from '../shapes.ts'
import { evaluations } from './batch.ts'
import { Decision, decisionOf } from './decision.ts'
import { discoveryRoutes, ofApplication } from './discovery.ts'
import { type AskOne, type Foresee, withAsker } from './ask.ts'
import { authzenRefusal, requestIdOf } from './refusal.ts'
import {
  ActionSearch,
  EvaluationRequest,
  EvaluationsRequest,
  ResourceSearch,
  SubjectSearch,
  type SearchRequest,
} from './requests.ts'
import { search, SearchAnswer, type SearchDeps } from './search/search.ts'

export interface AuthzenDeps extends EvaluationDeps, SearchDeps {
  readonly publicUrl: string
}

const Query = z.object({ application: ApplicationId.optional() })

interface About {
  readonly caller: Caller
  readonly query: z.output<typeof Query>
  readonly params: object
}

/** What every endpoint is asked with. */
interface Asking extends About {
  readonly source: Source
  readonly read: Read
  readonly request: RequestHead
}

/** The application of the path, else the one asked for, else the caller's own. Whether the caller may ask about it is the policies' to say. */
function applicationOf({ caller, query, params }: About): string {
  const { app } = params as { readonly app?: string }
  return app ?? query.application ?? caller.application ?? ''
}

const permitted = (action: string) => ({
  action,
  resource: (about: About) => ({ type: 'Application', id: applicationOf(about) }),
})

/** AuthZEN Authorization API 1.0: for the caller's own application, and for each at an address of its own. */
export function authzenRoutes(deps: AuthzenDeps): Route[] {
  return [...discoveryRoutes(deps.publicUrl), ...decisionPoint(deps, ''), ...decisionPoint(deps, ofApplication)]
}

/** The five endpoints of a policy decision point (section 10.1). */
function decisionPoint(deps: AuthzenDeps, prefix: string): Route[] {
  const common = { method: 'POST', reads: true, refusal: authzenRefusal, bodyLimit: 256 * 1024 } as const

  /** What every endpoint does around its own work: names the application, and gives the request id back. */
  async function answer<Answer>(
    about: Asking,
    work: (application: string) => Promise<Outcome<Answer>>,
  ): Promise<Outcome<Answer>> {
    const application = applicationOf(about)
    if (application === '') return refuse(errors.application_required)
    const done = await work(application)
    return done.ok ? ok(done.value, { headers: requestIdOf(about.request.headers) }) : done
  }

  const decided = <Answer>(about: Asking, use: (askOne: AskOne, foresee: Foresee) => Promise<Outcome<Answer>>) =>
    answer(about, (application) =>
      about.read((tx) => withAsker(tx, deps, { application, asked: askedBy('authzen', about) }, use)),
    )

  const searchRoute = (kind: SearchRequest['kind'], section: string, body: z.ZodType) =>
    defineRoute({
      ...common,
      path: `${prefix}/access/v1/search/${kind}`,
      summary: `AuthZEN ${kind} search (Authorization API 1.0, section ${section})`,
      permission: permitted('searchAccess'),
      input: { query: Query, body },
      output: SearchAnswer,
      limit: perPrincipal(600, 'minute'),
      handler: (about) =>
        answer(about, (application) => {
          const { caller, now, read, request } = about
          const asked = { kind, ...(about.body as object) } as SearchRequest
          return search(deps, { caller, application, now, read, signal: request.signal }, asked)
        }),
    })

  return [
    defineRoute({
      ...common,
      path: `${prefix}/access/v1/evaluation`,
      summary: 'AuthZEN access evaluation (Authorization API 1.0, section 6)',
      permission: permitted('evaluate'),
      input: { query: Query, body: EvaluationRequest },
      output: Decision,
      limit: perPrincipal(6000, 'minute'),
      handler: (about) =>
        decided(about, async (askOne) => {
          const explanation = await askOne(about.body)
          return explanation.ok ? ok(decisionOf(explanation.value)) : explanation
        }),
    }),
    defineRoute({
      ...common,
      path: `${prefix}/access/v1/evaluations`,
      summary: 'AuthZEN access evaluations, up to 100 at once (Authorization API 1.0, section 7)',
      permission: permitted('evaluate'),
      input: { query: Query, body: EvaluationsRequest },
      bodyLimit: 1024 * 1024,
      output: z.union([z.object({ evaluations: z.array(Decision) }), Decision]),
      limit: perPrincipal(1200, 'minute'),
      handler: (about) => decided(about, (askOne, foresee) => evaluations(about.body, askOne, foresee)),
    }),
    searchRoute('subject', '8.4', SubjectSearch),
    searchRoute('resource', '8.5', ResourceSearch),
    searchRoute('action', '8.6', ActionSearch),
  ]
}
