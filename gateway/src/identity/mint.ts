import { type ActiveCredential, IDENTITY_LIFETIME, signIdentity, type SigningKey } from '@holdfast/bundle'
import { v7 } from 'uuid'

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
}

const reuseMs = 20_000

/**
 * Makes identity tokens. One is used again for the same caller for 20 s, so that a page with fifty requests costs one
 * signature; it then still lives for 40 s, longer than any upstream should take to read it.
 */
export class Mint {
  private readonly options: MintOptions
  /** By the answer of the introspection, which belongs to one credential at one application and is forgotten with it. */
  private readonly known = new WeakMap<ActiveCredential, Minted>()
  private readonly anonymous = new Map<string, Minted>()

  constructor(options: MintOptions) {
    this.options = options
  }

  /** @param caller null for nobody, on a public path */
  token(speaker: Speaker, application: string, caller: ActiveCredential | null): string {
    const now = this.options.now()
    const held = caller === null ? this.anonymous.get(application) : this.known.get(caller)
    if (held !== undefined && now < held.until && held.speaker === speaker) return held.token
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
        jti: v7(),
        now: seconds,
        lifetime,
      },
      this.options.key,
    )
    const minted = { token, until: now + Math.min(reuseMs, lifetime * 500), speaker }
    if (caller === null) this.anonymous.set(application, minted)
    else this.known.set(caller, minted)
    return token
  }
}
