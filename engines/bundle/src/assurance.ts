/** How well somebody has proved who they are, weakest first: one factor, two, one that cannot be phished. */
export type Acr = 'aal1' | 'aal2' | 'phr'

export const ACRS: readonly Acr[] = ['aal1', 'aal2', 'phr']

/** Seconds for which proving it again counts as having just done so: no demand is shorter, or it could never be met. */
export const FRESHEST = 60 as const

/** 1, 2, 3; 0 for nothing, and for a name that is not known here. */
export function levelOf(acr: string | null): number {
  return ACRS.indexOf(acr as Acr) + 1
}

export function isAcr(text: string): text is Acr {
  return levelOf(text) > 0
}
