import type { ModuleParts } from '../../platform/module.ts'
import { clientRoutes, registrationRoutes, registrationTokenRoutes } from './clients/index.ts'
import { configureDevice, deviceRoutes } from './device/index.ts'
import { configureExchange } from './exchange/index.ts'
import { createRotateKeysJob, rotateKeysJob, signingKeyRoutes, signingKeysControls } from './keys/index.ts'
import { createTellLogout, logoutRoutes, tellLogoutJob } from './logout/index.ts'
import { resourceRoutes } from './resources/index.ts'
import type { FlushDeps } from './provider/flush.ts'
import type { Configure } from './provider/instances.ts'
import type { Oauth } from './types.ts'

export interface RoomsDeps extends FlushDeps {
  readonly withModels: Oauth['withModels']
}

/** What stands around the provider: who its clients are, what they may ask for, what signs. */
export interface Rooms {
  readonly parts: ModuleParts
  /** what each instance of the provider is given */
  readonly configure: readonly Configure[]
  /** recurring */
  readonly jobKinds: readonly string[]
}

export function createRooms(deps: RoomsDeps): Rooms {
  const { database, clock, keys, units, config, tenant, clientTools: tools, signingKeys, publicUrl } = deps
  const rotation = { clock, config: config.keys, keys, edgesChanged: deps.everyEdgeChanged }
  return {
    parts: {
      routes: [
        ...clientRoutes(tools),
        ...registrationTokenRoutes(tools),
        ...registrationRoutes({ database, units, tools, publicUrl, registration: config.clients.registration }),
        ...resourceRoutes(tools),
        ...signingKeyRoutes({ ...rotation, database, signingKeys }),
        ...deviceRoutes(deps),
        ...logoutRoutes(deps),
      ],
      controls: signingKeysControls(config.keys),
      jobs: {
        [rotateKeysJob]: createRotateKeysJob({ ...rotation, database, units, tenant }),
        [tellLogoutJob]: createTellLogout(deps),
      },
    },
    configure: [configureDevice(deps), configureExchange(deps)],
    jobKinds: [rotateKeysJob],
  }
}
