import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import { reading } from './adapter.ts'
import type { FlushDeps } from './flush.ts'

/** The person of a token, as far as they may act: a disabled one is nobody. What is told of them is read now. */
export async function accountOf(deps: FlushDeps, _ctx: KoaContextWithOIDC, id: string): Promise<Account | undefined> {
  const person = await reading(deps, (tx) => deps.directory.principal(tx, { type: 'Person', id }))
  if (person === null) return undefined
  return {
    accountId: id,
    claims: async () => ({
      sub: id,
      name: person.name,
      ...(person.email !== null && { email: person.email }),
      groups: [...person.groups],
    }),
  }
}
