/**
 * How well somebody has proved who they are, weakest first: one factor; two; a factor that cannot be phished, used by the
 * person themself (`phr`: OpenID Connect Extended Authentication Profile ACR Values, section 2).
 */
export const acrs = ['aal1', 'aal2', 'phr'] as const

export type Acr = (typeof acrs)[number]

/** What a route, or a guarded host, wants of a session: how well, and how many seconds ago at most. */
export interface AssuranceDemand {
  readonly acr?: Acr
  readonly maxAge?: number
}

/** @param have null: nobody was proved at all */
export function isAtLeast(have: Acr | null, wanted: Acr): boolean {
  return have !== null && acrs.indexOf(have) >= acrs.indexOf(wanted)
}

export function strongest(first: Acr, ...more: readonly (Acr | null | undefined)[]): Acr {
  let most = first
  for (const each of more) if (each != null && isAtLeast(each, most)) most = each
  return most
}

/** Whether a session shows what is wanted, at this moment. */
export function isEnough(
  { acr, authenticatedAt }: { readonly acr: Acr; readonly authenticatedAt: Date },
  demand: AssuranceDemand,
  now: Date,
): boolean {
  const recent = demand.maxAge === undefined || now.getTime() - authenticatedAt.getTime() <= demand.maxAge * 1000
  return recent && isAtLeast(acr, demand.acr ?? 'aal1')
}

/**
 * For what takes an account over, or gives a lasting key away: everything that the session is worth was shown within a
 * quarter of an hour (ASVS 5.0, 7.5.1 to 7.5.3). From a browser that was left open nobody drives its owner out.
 */
export const freshSignIn: AssuranceDemand = { maxAge: 900 }
