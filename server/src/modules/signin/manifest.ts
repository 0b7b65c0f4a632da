import { fileURLToPath } from 'node:url'
import type { ModuleManifest } from '../../platform/module.ts'
import { signinErrors } from './errors.ts'
import { signinEvents } from './events.ts'
import { mfaErrors } from './mfa/errors.ts'
import { mfaEvents } from './mfa/events.ts'
import { mfaTables } from './mfa/tables.ts'
import { passwordErrors } from './passwords/errors.ts'
import { passwordEvents } from './passwords/events.ts'
import { sessionErrors } from './sessions/errors.ts'
import { sessionEvents } from './sessions/events.ts'
import { signinTables } from './tables.ts'

export const manifest: ModuleManifest = {
  name: 'signin',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...signinTables, ...mfaTables },
  errors: { ...signinErrors, ...sessionErrors, ...passwordErrors, ...mfaErrors },
  events: { ...signinEvents, ...sessionEvents, ...passwordEvents, ...mfaEvents },
}
