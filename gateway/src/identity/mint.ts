import { IDENTITY_LIFETIME, signIdentity, type SigningKey } from '@holdfast/bundle'
import { makeId } from '../ids.ts'
import type { Caller } from './caller.ts'

export interface MintOptions {
  readonly key: SigningKey
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** For whom the gateway speaks. */
export interface Speaker {
  /** Id of the gateway's service. */
  readonly gateway: string
  readonly tenant: string
}

interface Minted {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly until: number
  readonly speaker: Speaker
  readonly application: string
}

const reuseMs = 20_000

/**
 * Makes identity tokens. One is used again for the same caller for 20 s, so that a page with fifty requests costs one
 * signature; it then still lives for 40 s, longer than any upstream should take to read it.
 */
export class Mint {
  private readonly options: MintOptions
  /** By the caller, who is forgotten with the credential. An access token may be for several applications; an identity is for one. */
  private readonly known = new WeakMap<Caller, Minted>()
  private readonly anonymous = new Map<string, Minted>()

  constructor(options: MintOptions) {
    this.options = options
  }

  /** @param caller null for nobody, on a public path */
  token(speaker: Speaker, application: string, caller: Caller | null): string {
    const now = this.options.now()
    const held = caller === null ? this.anonymous.get(application) : this.known.get(caller)
    const same = held?.speaker === speaker && held.application === application
    if (held !== undefined && same && now < held.until) return held.token
    const seconds = Math.floor(now / 1000)
    // Not past the session's own end.
    const left = caller === null ? IDENTITY_LIFETIME : Math.max(1, Math.ceil(caller.expiresAt - seconds))
    const lifetime = Math.min(IDENTITY_LIFETIME, left)
    const token = signIdentity(
      {
        gateway: speaker.gateway,
        tenant: speaker.tenant,
        application,
        principal: caller?.principal ?? null,
        session: caller?.session ?? null,
        authTime: caller?.authTime ?? null,
        acr: caller?.acr ?? null,
        amr: caller?.amr ?? [],
        scopes: caller?.scopes ?? null,
        client: caller?.client ?? null,
        jti: makeId(),
        now: seconds,
        lifetime,
      },
      this.options.key,
    )
    const minted = { token, until: now + Math.min(reuseMs, lifetime * 500), speaker, application }
    if (caller === null) this.anonymous.set(application, minted)
    else this.known.set(caller, minted)
    return token
  }
}
