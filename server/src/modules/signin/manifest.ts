import { fileURLToPath } from 'node:url'
import type { ModuleManifest } from '../../platform/module.ts'
import { accountEvents } from './account/events.ts'
import { brandingErrors } from './branding/errors.ts'
import { brandingEvents } from './branding/events.ts'
import { brandingTables } from './branding/tables.ts'
import { signinErrors } from './errors.ts'
import { signinEvents } from './events.ts'
import { federationErrors } from './federation/errors.ts'
import { federationEvents } from './federation/events.ts'
import { federationTables } from './federation/tables.ts'
import { invitationErrors } from './invitations/errors.ts'
import { invitationEvents } from './invitations/events.ts'
import { invitationTables } from './invitations/tables.ts'
import { mfaErrors } from './mfa/errors.ts'
import { mfaEvents } from './mfa/events.ts'
import { mfaTables } from './mfa/tables.ts'
import { passwordErrors } from './passwords/errors.ts'
import { passwordEvents } from './passwords/events.ts'
import { policyErrors } from './policy/errors.ts'
import { policyEvents } from './policy/events.ts'
import { policyTables } from './policy/tables.ts'
import { recoveryErrors } from './recovery/errors.ts'
import { recoveryEvents } from './recovery/events.ts'
import { recoveryTables } from './recovery/tables.ts'
import { sessionErrors } from './sessions/errors.ts'
import { sessionEvents } from './sessions/events.ts'
import { signinTables } from './tables.ts'

export const manifest: ModuleManifest = {
  name: 'signin',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: {
    ...signinTables,
    ...mfaTables,
    ...policyTables,
    ...federationTables,
    ...invitationTables,
    ...recoveryTables,
    ...brandingTables,
  },
  errors: {
    ...signinErrors,
    ...sessionErrors,
    ...passwordErrors,
    ...mfaErrors,
    ...policyErrors,
    ...federationErrors,
    ...invitationErrors,
    ...recoveryErrors,
    ...brandingErrors,
  },
  events: {
    ...signinEvents,
    ...sessionEvents,
    ...passwordEvents,
    ...mfaEvents,
    ...policyEvents,
    ...federationEvents,
    ...invitationEvents,
    ...recoveryEvents,
    ...accountEvents,
    ...brandingEvents,
  },
}
