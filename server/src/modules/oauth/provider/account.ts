import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import { reading } from './adapter.ts'
import { buffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'

/** The person of a token, as far as they may act: a disabled one is nobody. What is told of them is read now. */
export async function accountOf(deps: FlushDeps, ctx: KoaContextWithOIDC, id: string): Promise<Account | undefined> {
  const person = await reading(deps, (tx) => deps.directory.principal(tx, { type: 'Person', id }))
  if (person === null) return undefined
  const { name, email, groups } = person
  return {
    accountId: id,
    async claims(_use, scope) {
      const asked = new Set(scope.split(' '))
      const application = buffer().clients.get(ctx.oidc.client?.clientId ?? '')?.application
      const [verified, roles] = await reading(deps, async (tx) => [
        email !== null && asked.has('email') ? await deps.directory.emailVerifiedAt(tx, id) : null,
        application !== undefined && asked.has('roles') ? await deps.rolesOf(tx, application, id, groups) : undefined,
      ])
      return {
        sub: id,
        name,
        ...(email !== null && { email, email_verified: verified !== null }),
        groups: [...groups],
        ...(roles !== undefined && { roles: [...roles] }),
      }
    },
  }
}
