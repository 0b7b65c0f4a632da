import type { Protection } from '@holdfast/http-guard'
import type { EdgeRecord } from '../edge/index.ts'
import type { Holdfast } from '../holdfast.ts'

/** Settings as code says them: what is left out is as the application's document has it, else as the defaults are. */
export type ProtectionInCode = {
  readonly [Part in ProtectedPart]?: { readonly [Name in keyof Protection[Part]]?: Protection[Part][Name] }
} & {
  /** In place of the document's: the first that fits decides. Here their modes count; what they say of policies is `holdfast()`'s affair. */
  readonly routes?: Protection['routes']
}

export type ProtectedPart = 'csrf' | 'headers' | 'csp' | 'limits' | 'addresses' | 'inspection'

export interface ProtectOptions extends ProtectionInCode {
  /**
   * The Holdfast of `holdfast()` or `createHoldfast()`: its application's protection is then what holds, kept fresh with its bundle, and
   * what is found becomes events. Without one the settings are those of the code, else the defaults, and `onEvent` alone hears of anything.
   */
  readonly holdfast?: Holdfast
  /** Told of each event, also of those that are shipped. */
  readonly onEvent?: (event: EdgeRecord) => void
  /** true: what verifiably came through the gateway has been inspected there, and is not again. Default: false. */
  readonly trustGateway?: boolean
  /** Addresses or ranges of proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed. A gateway needs not be named. */
  readonly trustedProxies?: readonly string[]
  /** Most bytes of bodies that are held to be inspected, of all requests together. Default: 64 MiB. */
  readonly collectedBytes?: number
  /** Milliseconds for which a body under inspection may stop arriving. Default: 30,000. */
  readonly stallMs?: number
}
