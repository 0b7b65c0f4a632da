import { generateKeyPairSync } from 'node:crypto'
import { publicJwk } from '@holdfast/bundle'
import { wire } from './compose.ts'
import { configuration } from './configuration.ts'
import type { SealDesk } from './modules/keys/index.ts'
import type { Control } from './platform/control.ts'
import { loadConfig } from './platform/config/load.ts'
import type { Database } from './platform/database/database.ts'
import { createLogger } from './platform/diagnostics/logger.ts'
import type { Route } from './platform/http/route.ts'

/** The routes, controls and jobs of the server, wired as they run but on no database: what the documents are made of. */
export async function describeRoutes(): Promise<{
  routes: readonly Route[]
  controls: readonly Control[]
  jobKinds: readonly string[]
}> {
  const { config } = loadConfig(configuration, { env: {}, flags: {} })
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(privateKey)
  const clock = { now: () => new Date(0) }
  const { routes, controls, jobKinds } = wire(
    {
      database: noDatabase,
      seal: noDesk,
      clock,
      random: { bytes: (length) => new Uint8Array(length), id: () => '00000000-0000-7000-8000-000000000000' },
      logger: createLogger({ level: 'silent' }),
      publicUrl: config.publicUrl,
      development: true,
      config,
    },
    '00000000-0000-7000-8000-000000000000',
    { kid: jwk.kid, key: privateKey, jwk },
  )
  return { routes, controls, jobKinds }
}

const nothing = async (): Promise<never> => unconnected()

function unconnected(): never {
  throw new Error('documents are made without a database')
}

function never(): never {
  throw new Error('documents are made without a key file')
}

const noDatabase: Database = {
  asTenant: nothing,
  singly: () => ({ tenant: null, kysely: unconnected }),
  asSystem: nothing,
  aside: nothing,
  hearing: () => 'hears',
  listen: () => () => {},
  ping: nothing,
  close: async () => {},
}

const noDesk: SealDesk = {
  keeper: { replica: '', held: undefined, inForce: nothing, adopt: nothing, refresh: nothing, stop: nothing },
  means: {
    kind: 'file',
    passphrase: undefined,
    file: { path: '', keys: never, ensure: never, draft: never, remove: never },
  },
  start: nothing,
  status: () => ({ sealed: false, kind: 'file', shares: null }),
  opened: Promise.resolve(),
  unseal: nothing,
  news: () => {},
  stop: nothing,
}
