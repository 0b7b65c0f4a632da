import type { ModuleParts } from '../../platform/module.ts'
import type { Outbound } from '../../platform/outbound/resolve.ts'
import type { Tx } from '../../platform/work.ts'
import { clientRoutes, type ClientStore } from './clients/index.ts'
import {
  createRotateKeysJob,
  rotateKeysJob,
  signingKeyRoutes,
  type SigningKeys,
  signingKeysControls,
} from './keys/index.ts'
import { resourceRoutes } from './resources/index.ts'
import type { OauthDeps } from './types.ts'

export interface RoomsDeps extends OauthDeps {
  readonly clients: ClientStore
  readonly signingKeys: SigningKeys
}

/** What stands around the provider: who its clients are, what they may ask for, what signs. */
export interface Rooms {
  readonly parts: ModuleParts
  /** recurring */
  readonly jobKinds: readonly string[]
}

export function createRooms(deps: RoomsDeps): Rooms {
  const { database, clock, keys, units, config, tenant, clientTools: tools, signingKeys } = deps
  const edgesChanged = (tx: Tx) => tools.applications.changed(tx)
  const rotation = { clock, config: config.keys, keys, edgesChanged }
  return {
    parts: {
      routes: [
        ...clientRoutes(tools),
        ...resourceRoutes(tools),
        ...signingKeyRoutes({ ...rotation, database, signingKeys }),
      ],
      controls: signingKeysControls(config.keys),
      jobs: { [rotateKeysJob]: createRotateKeysJob({ ...rotation, database, units, tenant }) },
    },
    jobKinds: [rotateKeysJob],
  }
}

/** Where clients may have us send requests. */
export function outboundOf({ config, development }: Pick<OauthDeps, 'config' | 'development'>): Outbound {
  return { allowPrivate: config.clients.allowPrivate ?? development }
}
