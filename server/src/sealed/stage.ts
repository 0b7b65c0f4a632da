import { deskRoutes, type SealDesk, sealErrors } from '../modules/keys/index.ts'
import type { Database } from '../platform/database/database.ts'
import { Fault } from '../platform/errors.ts'
import type { HttpOptions } from '../platform/http/server.ts'
import { createUnitOfWork } from '../platform/work.ts'
import type { Front } from '../front.ts'
import { version } from '../version.ts'

/** No tenant has it: nothing is read or written for one before the keys are there. */
const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * A server without its keys: it says that it lives, that it is sealed, takes what opens it, and refuses everything else. No
 * credential is looked at, since none could be checked.
 * @param pages the console's files, of which one is for this
 */
export function sealedStage(
  front: Front,
  database: Database,
  desk: SealDesk,
  pages: HttpOptions['plain'],
): HttpOptions {
  const sealed = async () => {
    throw new Fault(sealErrors.sealed, 'asked before the keys were there')
  }
  return {
    ...front.base,
    routes: deskRoutes(desk),
    authenticate: async () => 'invalid',
    decide: sealed,
    awaitEffect: sealed,
    database,
    units: createUnitOfWork(database, sealed),
    defaultTenant: async () => nobody,
    plain: {
      ...pages,
      '/healthz': () => Response.json({ status: 'ok', version }),
      '/readyz': () => Response.json(readiness(desk), { status: 503 }),
    },
    otherwise: sealErrors.sealed,
  }
}

/** What `/readyz` answers while the keys are not there, or not yet all parts that need them. */
export function readiness(desk: Pick<SealDesk, 'status'>) {
  const { sealed, kind, shares } = desk.status()
  if (!sealed) return { status: 'starting' }
  return {
    status: 'sealed',
    kind,
    progress: shares === null ? null : { given: shares.given, needed: shares.threshold },
  }
}
