import type { ModuleParts } from '../../../platform/module.ts'
import type { ChangeDeps } from './change.ts'
import { sealControls } from './controls.ts'
import { sealRoutes } from './routes.ts'

export { createSealDesk, type SealDesk } from './desk.ts'
export { sealErrors } from './errors.ts'
export { keyFile } from './key-file.ts'
export { recordSealNews } from './news.ts'
export type { SealMeans } from './open.ts'
export type { Rewrap, Root, RootKey } from './root.ts'
export { deskRoutes } from './routes.ts'
export { SealMismatch } from './seal.ts'
export { SealStatus } from './shapes.ts'

/** What a server that is unsealed offers about its seal. */
export function sealParts(deps: ChangeDeps): ModuleParts {
  return { routes: sealRoutes(deps), controls: sealControls, jobs: {} }
}
