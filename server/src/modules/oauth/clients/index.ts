export {
  type ClientResource,
  type ClientStore,
  type ClientStoreDeps,
  createClientStore,
  type FoundClient,
} from './find.ts'
export { openIdScopes } from './scopes.ts'
export { clientsTables } from './tables.ts'
