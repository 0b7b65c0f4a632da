import type { Attack } from '../attack.ts'
import { crossSiteRequest } from './cross-site-request.ts'
import { forgedDeletion } from './forged-deletion.ts'
import { massAssignment } from './mass-assignment.ts'
import { openRedirect } from './open-redirect.ts'
import { overFetching } from './over-fetching.ts'
import { oversizedBody } from './oversized-body.ts'
import { passwordGuessing } from './password-guessing.ts'
import { pathTraversal } from './path-traversal.ts'
import { plainSecrets } from './plain-secrets.ts'
import { priceTampering } from './price-tampering.ts'
import { reflectedXss } from './reflected-xss.ts'
import { requestSmuggling } from './request-smuggling.ts'
import { roleTampering } from './role-tampering.ts'
import { serverSideRequest } from './server-side-request.ts'
import { sessionReuse } from './session-reuse.ts'
import { skippedValidation } from './skipped-validation.ts'
import { sqlInjection } from './sql-injection.ts'
import { storedXss } from './stored-xss.ts'
import { toldErrors } from './told-errors.ts'
import { weakPassword } from './weak-password.ts'

/** In the order of the table. The logs come last: they are read for everything that was sent before. */
export const attacks: readonly Attack[] = [
  priceTampering,
  roleTampering,
  skippedValidation,
  massAssignment,
  forgedDeletion,
  overFetching,
  sqlInjection,
  storedXss,
  reflectedXss,
  crossSiteRequest,
  pathTraversal,
  serverSideRequest,
  requestSmuggling,
  oversizedBody,
  toldErrors,
  weakPassword,
  passwordGuessing,
  sessionReuse,
  openRedirect,
  plainSecrets,
]
