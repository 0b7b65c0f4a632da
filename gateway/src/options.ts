import type { Credentials } from '@holdfast/bundle'
import type { Clock } from '@holdfast/sdk/edge'
import type { ExchangeTimeouts } from './forward/exchange.ts'
import type { TlsVersion } from './tls/certificates.ts'
import type { PairFiles } from './tls/pair.ts'
import type { TriedRequest } from './rules/trial.ts'
import type { Rate } from './limits/addresses.ts'

export interface GatewayOptions {
  /** The gateway's credentials, or the path of the file that holds them. */
  readonly credentials: Credentials | string
  /** Folder for the gateway's own key; made when it is missing. */
  readonly data: string
  /** `host:port`; port 0 takes a free one. Default `127.0.0.1:7480`. */
  readonly listen?: string
  /** With it the gateway speaks https. */
  readonly tls?: {
    /** Paths of files, which are read again when they change. Which is shown says the name that a client asks for; else the first. */
    readonly pairs: readonly PairFiles[]
    /** Default TLSv1.3. */
    readonly minVersion?: TlsVersion
    /** Milliseconds between two looks at the files. Default 1000. */
    readonly checkMs?: number
    /** Asks clients for a certificate, for access tokens that are bound to one (RFC 8705). Browsers that have some ask their user which. */
    readonly clientCertificates?: boolean
  }
  /** Ids of the applications whose upstream gets the access token along. Default: none; the identity token says all that is in it. */
  readonly forwardTokens?: readonly string[]
  /** Addresses or ranges of proxies in front, whose X-Forwarded-For and -Proto are believed. */
  readonly trustedProxies?: readonly string[]
  /** Most bytes of bodies that are being collected to be inspected, of all requests together. Default 256 MiB. */
  readonly collectedBytes?: number
  /** Directory of rules in SecLang (the OWASP Core Rule Set) under which every request comes. Default: none. */
  readonly rules?: string
  /** File to which requests are appended that the rules want recorded (SecAuditEngine), a line of JSON each. Default: none. */
  readonly auditLog?: string
  /** Told of each request under the rules, when it is over. */
  readonly onTried?: (tried: TriedRequest) => void
  /** Requests per client address; null switches the limit off. */
  readonly rate?: Rate | null
  readonly timeouts?: Partial<GatewayTimeouts>
  /** Connections to one upstream. Default 512. */
  readonly upstreamConnections?: number
  /** Told of what went wrong in the background and is tried again. Default: a process warning. */
  readonly onProblem?: (problem: Error) => void
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: Clock
}

/** All in milliseconds. */
export interface GatewayTimeouts extends Omit<ExchangeTimeouts, 'headMs'> {
  /** For a request's head to arrive. */
  readonly clientHeadMs: number
  /** For a whole request to arrive. */
  readonly clientRequestMs: number
  /** For which an idle connection of a client is kept. */
  readonly clientIdleMs: number
  /** For which an idle connection to an upstream is kept. */
  readonly upstreamIdleMs: number
  /** For requests under way to end when the gateway stops. */
  readonly drainMs: number
}

export const defaultTimeouts: GatewayTimeouts = {
  connectMs: 3_000,
  idleMs: 120_000,
  wholeMs: 3_600_000,
  clientHeadMs: 10_000,
  clientRequestMs: 300_000,
  clientIdleMs: 60_000,
  upstreamIdleMs: 4_000,
  drainMs: 10_000,
}

export const defaultCollectedBytes: number = 256 * 1024 * 1024

export const defaultRate: Rate = { perSecond: 100, burst: 400 }
