export { clientOf, readAddress } from './addresses/network.ts'
export { compileNetworks, type Networks } from './addresses/trie.ts'
export { CSP_REPORT_PATH, valueOf } from './csp/answer.ts'
export { ReportGroups, type ReportGroup } from './csp/groups.ts'
export * from './csp/policy.ts'
export { type CspAdvice, type Observed, type ProposedPolicy, proposePolicy } from './csp/propose.ts'
export { type CspReport, readReports, REPORTS_MOST } from './csp/reports.ts'
export * from './csrf/index.ts'
export { type AnswerContext, compileGuard, type Guard } from './guard.ts'
export { type ExceptionMade, InspectionException, RuleException } from './exceptions.ts'
export { InspectionSettings } from './inspection.ts'
export { Shedding } from './load/shedding.ts'
export { Slots } from './load/slots.ts'
export { type LimitState, rateLimitFields } from './rate/fields.ts'
export { type Bounds, Gcra, type Pace, type Rate } from './rate/gcra.ts'
export { type Grant, LeasedUnits } from './rate/leased.ts'
export { compilePath, PATH_PATTERN, type PathPattern } from './routing/pattern.ts'
export { compilePlaces, type Place, type Placed, type Places } from './routing/places.ts'
export { type NamedResource, resourceOf, type Unnamed } from './routing/resource.ts'
export {
  type MaskValue,
  namesActions,
  PolicySettings,
  type RouteMask,
  type RouteResource,
  type RouteRule,
  RouteRules,
  type RouteValue,
} from './routing/settings.ts'
export { compileRoutes, type Readings, type RoutePattern, type Routes } from './routes.ts'
export {
  AddressSettings,
  CspSettings,
  CsrfSettings,
  defaultProtection,
  HeaderSettings,
  type HeaderValues,
  type LimitRule,
  LimitSettings,
  type Mode,
  Protection,
  type RouteSettings,
} from './settings.ts'
export { UpstreamSettings } from './upstreams.ts'
