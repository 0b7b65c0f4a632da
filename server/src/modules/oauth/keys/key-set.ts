import type { KeyObject } from 'node:crypto'
import { publicOf, signWith, TokenKey } from './external.ts'
import type { PublicTokenJwk, SigningAlg } from './make.ts'
import type { KeyRow } from './store.ts'

/** The keys as they stand on this replica. */
export interface KeySet {
  /** grows with every change, the same on every replica */
  readonly generation: number
  /** what is published, current keys first */
  readonly jwks: { readonly keys: readonly PublicTokenJwk[] }
  /** for oidc-provider's `jwks.keys`: it signs with the first of an algorithm */
  readonly externals: readonly TokenKey[]
  /** @throws Error for an algorithm that no key is there for */
  signing(alg: SigningAlg): { readonly kid: string; readonly sign: (data: Uint8Array) => Buffer }
  /** @returns the key that a token of ours names; undefined when it is none of ours, or not any more */
  verifying(kid: string): { readonly alg: SigningAlg; readonly key: KeyObject } | undefined
}

/** @param opened the private keys of those that may sign, by kid */
export function keySetOf(generation: number, rows: readonly KeyRow[], opened: ReadonlyMap<string, KeyObject>): KeySet {
  const live = rows.filter(({ state }) => state !== 'compromised')
  const verifying = new Map(live.map(({ kid, alg, public_jwk }) => [kid, { alg, key: publicOf(public_jwk) }]))
  const signing = new Map(
    live.flatMap(({ kid, alg, state }) => {
      const key = opened.get(kid)
      if (state !== 'current' || key === undefined) return []
      return [[alg, { kid, sign: (data: Uint8Array) => signWith(alg, key, data) }] as const]
    }),
  )
  return {
    generation,
    jwks: { keys: live.map(({ public_jwk }) => public_jwk) },
    externals: live.map(({ kid, alg, state, public_jwk }) => {
      const key = state === 'current' ? (opened.get(kid) ?? null) : null
      return new TokenKey(kid, alg, publicOf(public_jwk), key)
    }),
    signing(alg) {
      const found = signing.get(alg)
      if (found === undefined) throw new Error(`no key signs ${alg}`)
      return found
    },
    verifying: (kid) => verifying.get(kid),
  }
}
