import {
  type Credentials,
  type GatewayBundle,
  prepareTokenKeys,
  type PublicJwk,
  type TokenKeys,
} from '@holdfast/bundle'
import type { Edge } from '@holdfast/sdk/edge'
import { z } from 'zod'
import { InspectionPolicies } from '@holdfast/sdk/edge/guard'
import type { Speaker } from './identity/mint.ts'
import type { Gates } from './policy/gates.ts'
import { compileRoutes, type RouteTable, upstreamsOf } from './routing/table.ts'
import type { Upstreams } from './upstream/balancers.ts'

/** What the gateway may act on at this moment. */
export interface Ground {
  readonly routes: RouteTable
  readonly speaker: Speaker
  /** The control plane's public URL. */
  readonly controlPlane: string
  /** Whose access tokens are believed. */
  readonly tokens: { readonly issuer: string; readonly keys: TokenKeys }
}

export interface StandingOptions {
  readonly edge: Edge<GatewayBundle>
  readonly credentials: Credentials
  readonly jwk: PublicJwk
  readonly fetch: typeof globalThis.fetch
  readonly gates: Pick<Gates, 'of'>
  readonly onProblem: (problem: Error) => void
  /** Called with all upstreams, by their applications, when they may have changed. */
  readonly onUpstreams: (upstreams: ReadonlyMap<string, Upstreams>) => void
}

const Me = z.object({ principal: z.object({ type: z.literal('Service'), id: z.string().min(1).max(128) }) })
const retryMs = 2000
const timeoutMs = 5000

/**
 * The gateway's standing with the control plane: a bundle under a live lease, its own name, and a registered key. Without
 * all three there is no ground to act on, and every request is refused.
 */
export class Standing {
  private readonly options: StandingOptions
  private readonly stop = new AbortController()
  private service: string | null = null
  private made: { bundle: GatewayBundle; ground: Ground } | null = null
  private lastProblem = ''
  private readonly policies = new InspectionPolicies()

  constructor(options: StandingOptions) {
    this.options = options
  }

  /** Null while nothing may be let through. */
  current(): Ground | null {
    const bundle = this.options.edge.current()
    if (bundle === null || this.service === null) return null
    if (this.made?.bundle !== bundle) this.made = { bundle, ground: this.make(bundle, this.service) }
    return this.made.ground
  }

  /** Where problems are documented, as far as that is known. */
  get url(): string {
    return this.made?.ground.controlPlane ?? this.options.credentials.url
  }

  /** Waits for the first try of everything, well or not, and goes on trying in the background until `close`. */
  async begin(): Promise<void> {
    await Promise.all([this.options.edge.ready, this.introduce()])
    // What upstreams there are is known before the first request, so that they are checked.
    this.current()
  }

  close(): void {
    this.stop.abort()
  }

  /** Learns the gateway's own name and registers its key, so that applications believe its identity tokens. */
  private async introduce(): Promise<void> {
    try {
      const service = await this.whoAmI()
      await this.options.edge.registerGatewayKey(this.options.jwk)
      this.service = service
    } catch (error) {
      if (this.stop.signal.aborted) return
      const problem = error instanceof Error ? error : new Error(String(error))
      if (problem.message !== this.lastProblem) this.options.onProblem(problem)
      this.lastProblem = problem.message
      const timer = setTimeout(() => void this.introduce(), retryMs)
      timer.unref()
      this.stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    }
  }

  private async whoAmI(): Promise<string> {
    const { credentials, fetch } = this.options
    const response = await fetch(new URL('/api/v1/me', credentials.url), {
      headers: { authorization: `Bearer ${credentials.token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(timeoutMs)]),
    })
    const parsed = Me.safeParse(response.ok ? await response.json() : null)
    if (parsed.success) return parsed.data.principal.id
    throw new Error(
      `The control plane at ${credentials.url} does not take the gateway's key for a service's (${response.status}).`,
    )
  }

  private make(bundle: GatewayBundle, gateway: string): Ground {
    const routes = compileRoutes(bundle, this.options.gates, this.policies)
    this.options.onUpstreams(upstreamsOf(bundle))
    const { issuer, keys } = bundle.tokens
    return {
      routes,
      speaker: { gateway, tenant: bundle.tenant },
      controlPlane: bundle.iss.replace(/\/+$/, ''),
      tokens: { issuer, keys: prepareTokenKeys(keys) },
    }
  }
}
