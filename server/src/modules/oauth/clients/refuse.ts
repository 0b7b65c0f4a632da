import { type Refused, refuse } from '../../../platform/outcome.ts'
import { clientsErrors } from './errors.ts'
import type { MetadataProblem } from './metadata/complete.ts'

/** As problem details, with the members of RFC 7591 section 3.2.2 beside. */
export function refuseMetadata({ error, rule, member, message }: MetadataProblem): Refused {
  return refuse(clientsErrors[error], { problem: message }, { error, error_description: message, member, rule })
}
