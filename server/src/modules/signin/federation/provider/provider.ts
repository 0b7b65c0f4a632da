/** What a browser is sent to a provider with. */
export interface Journey {
  readonly state: string
  readonly nonce: string
  /** PKCE, RFC 7636: the verifier of which the S256 challenge is sent */
  readonly verifier: string
  readonly redirectUri: string
  /** whom the provider should expect */
  readonly hint?: string | undefined
  /** The provider must ask the person again, whatever session it has. */
  readonly anew?: boolean | undefined
}

/** Somebody at a provider, as it was proved. */
export interface Upstream {
  /** never changes and is never given to another: with the issuer the only thing that an account is found by */
  readonly subject: string
  readonly email: string | null
  /** whether the provider says that it has verified the address */
  readonly emailVerified: boolean
  readonly name: string | null
  /** how people recognise the account: address or user name */
  readonly label: string
  /** values of `acr` and `amr` */
  readonly shown: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
}

/** An upstream provider, whatever it speaks. */
export interface Provider {
  /** @returns the address to send the browser to @throws UpstreamFailed */
  authorize(journey: Journey): Promise<URL>
  /** Redeems what the browser came back with. @throws UpstreamFailed */
  redeem(answer: URLSearchParams, journey: Journey): Promise<Upstream>
  /** Looks whether it answers as it should. @throws UpstreamFailed */
  probe(): Promise<void>
}

/** Why a provider was not believed. Reasons are stable codes; the detail is for operators and holds nothing of anybody. */
export class UpstreamFailed extends Error {
  override readonly name = 'UpstreamFailed'
  readonly reason: 'upstream_unreachable' | 'upstream_error' | 'upstream_denied' | 'upstream_invalid'
  readonly detail: string
  constructor(reason: UpstreamFailed['reason'], detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options)
    this.reason = reason
    this.detail = detail.slice(0, 200)
  }
}
