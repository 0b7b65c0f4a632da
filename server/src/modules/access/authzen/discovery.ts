import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { ApplicationId } from '../shapes.ts'
import { authzenRefusal, requestIdOf } from './refusal.ts'
import { refuse } from '../../../platform/outcome.ts'
import { platformErrors } from '../../../platform/errors.ts'

/** Section 9.1. There are no capabilities: no registered name fits, and a list of none is left out. */
const Metadata = z.object({
  policy_decision_point: z.url(),
  access_evaluation_endpoint: z.url(),
  access_evaluations_endpoint: z.url(),
  search_subject_endpoint: z.url(),
  search_resource_endpoint: z.url(),
  search_action_endpoint: z.url(),
})

const wellKnown = '/.well-known/authzen-configuration'

/** Where the policy decision point of one application is, below the public URL. */
export const ofApplication = '/applications/:app'

/**
 * Metadata of the policy decision point that decides for the caller's own application, and of each application's (section 9.2: the
 * well-known part stands before the path). Whether there is such an application it does not say.
 */
export function discoveryRoutes(publicUrl: string): Route[] {
  const common = {
    method: 'GET',
    output: Metadata,
    reads: true,
    refusal: authzenRefusal,
    limit: perAddress(600, 'minute'),
  } as const
  const answer = (path: string, headers: Headers) =>
    ok(metadataOf(`${publicUrl}${path}`), {
      headers: { 'cache-control': 'public, max-age=3600', ...requestIdOf(headers) },
    })
  return [
    defineRoute({
      ...common,
      path: wellKnown,
      summary: 'AuthZEN metadata (Authorization API 1.0, section 9)',
      permission: { public: 'who asks for decisions must find the endpoints first' },
      handler: ({ request }) => answer('', request.headers),
    }),
    defineRoute({
      ...common,
      path: `${wellKnown}${ofApplication}`,
      summary: "AuthZEN metadata of one application's policy decision point",
      permission: { public: 'who asks for decisions must find the endpoints first' },
      handler: ({ request, params }) =>
        ApplicationId.safeParse(params.app).success
          ? answer(`/applications/${params.app}`, request.headers)
          : refuse(platformErrors.not_found),
    }),
  ]
}

function metadataOf(identifier: string): z.output<typeof Metadata> {
  return {
    policy_decision_point: identifier,
    access_evaluation_endpoint: `${identifier}/access/v1/evaluation`,
    access_evaluations_endpoint: `${identifier}/access/v1/evaluations`,
    search_subject_endpoint: `${identifier}/access/v1/search/subject`,
    search_resource_endpoint: `${identifier}/access/v1/search/resource`,
    search_action_endpoint: `${identifier}/access/v1/search/action`,
  }
}
