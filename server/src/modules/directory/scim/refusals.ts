import { type Outcome, type Refused, refuse } from '../../../platform/outcome.ts'
import type { RefusalForm } from '../../../platform/http/route.ts'
import { scimErrors } from './errors.ts'
import { ScimProblem } from './problem.ts'

export const scimMedia = 'application/scim+json'

/** Runs what may find that the request says what it may not. */
export async function attempt<T>(run: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ScimProblem) return refuseProblem(error)
    throw error
  }
}

function refuseProblem({ scimType, message }: ScimProblem): Refused {
  return refuse(scimErrors.scim_request_invalid, { problem: message }, { scimType })
}

export function refuseTaken(problem: string): Refused {
  return refuse(scimErrors.scim_conflict, { problem }, { scimType: 'uniqueness' })
}

/** Errors of the pipeline itself, in SCIM's words. */
const typeOf: Readonly<Record<string, string>> = {
  body_invalid: 'invalidSyntax',
  input_invalid: 'invalidValue',
  scim_version: 'invalidVers',
}

const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'
const ownSchema = 'urn:holdfast:params:scim:api:messages:2.0:Error'

/** RFC 7644, section 3.12. What is more than the RFC has (code and ids) stands under a schema of its own. */
export const scimForm: RefusalForm = ({ status: given, detail, code, requestId, eventId, ...problem }) => {
  // Malformed is 400 in SCIM, whatever is malformed.
  const status = given === 422 ? 400 : given
  const scimType = problem['scimType'] ?? typeOf[code]
  return {
    media: scimMedia,
    status,
    body: JSON.stringify({
      schemas: [errorSchema, ownSchema],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail,
      [ownSchema]: { code, requestId, ...(eventId !== undefined && { eventId }) },
    }),
  }
}
