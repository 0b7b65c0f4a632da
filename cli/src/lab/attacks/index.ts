import type { Attack } from '../attack.ts'
import { forgedDeletion } from './forged-deletion.ts'
import { overFetching } from './over-fetching.ts'
import { plainSecrets } from './plain-secrets.ts'
import { priceTampering } from './price-tampering.ts'
import { roleTampering } from './role-tampering.ts'
import { sessionReuse } from './session-reuse.ts'
import { skippedValidation } from './skipped-validation.ts'
import { sqlInjection } from './sql-injection.ts'
import { storedXss } from './stored-xss.ts'
import { weakPassword } from './weak-password.ts'

/** In the order of the table. The logs come last: they are read for everything that was sent before. */
export const attacks: readonly Attack[] = [
  priceTampering,
  roleTampering,
  skippedValidation,
  forgedDeletion,
  overFetching,
  sqlInjection,
  storedXss,
  weakPassword,
  sessionReuse,
  plainSecrets,
]
