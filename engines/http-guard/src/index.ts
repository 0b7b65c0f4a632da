export { clientOf, readAddress } from './addresses/network.ts'
export { compileNetworks, type Networks } from './addresses/trie.ts'
export { CSP_REPORT_PATH, valueOf } from './csp/answer.ts'
export * from './csp/policy.ts'
export * from './csrf/index.ts'
export { type AnswerContext, compileGuard, type Guard } from './guard.ts'
export { compileRoutes, type Readings, type RoutePattern, type Routes } from './routes.ts'
export {
  type AddressSettings,
  type CspSettings,
  type CsrfSettings,
  defaultProtection,
  type HeaderSettings,
  type HeaderValues,
  type LimitRule,
  type LimitSettings,
  type Mode,
  Protection,
  type RouteSettings,
} from './settings.ts'
