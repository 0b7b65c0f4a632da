import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import { reading } from './adapter.ts'
import { buffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'

/** The person of a token, as far as they may act: a disabled one is nobody. What is told of them is read now. */
export async function accountOf(deps: FlushDeps, ctx: KoaContextWithOIDC, id: string): Promise<Account | undefined> {
  const { refreshable } = buffer()
  const known = refreshable?.grant?.person === id
  if (known && refreshable.groups === undefined) return undefined
  const person = known ? undefined : await principalOf(deps, id)
  if (person === null) return undefined
  return {
    accountId: id,
    async claims(_use, scope, asked) {
      const wanted = new Set([...scope.split(' ').flatMap((name) => claimsOf[name] ?? []), ...Object.keys(asked ?? {})])
      const groups = [...(person?.groups ?? refreshable?.groups ?? [])]
      // Nothing that is written about them is opened where nobody wants to know it.
      const described = ['name', 'email', 'email_verified'].some((name) => wanted.has(name))
      const { name, email } = (described ? (person ?? (await principalOf(deps, id))) : null) ?? {
        name: '',
        email: null,
      }
      const application = buffer().clients.get(ctx.oidc.client?.clientId ?? '')?.application
      const { verified, roles } = await more(deps, {
        verified: email !== null && wanted.has('email_verified') ? id : undefined,
        rolesIn: wanted.has('roles') ? application : undefined,
        person: id,
        groups,
      })
      return {
        sub: id,
        ...(described && { name }),
        ...(email !== null && { email, email_verified: verified !== null }),
        groups,
        ...(roles !== undefined && { roles: [...roles] }),
      }
    },
  }
}

/** Which claims a scope stands for, of those that are read for it. */
const claimsOf: Readonly<Record<string, readonly string[]>> = {
  profile: ['name'],
  email: ['email', 'email_verified'],
  roles: ['roles'],
}

const principalOf = (deps: FlushDeps, id: string) =>
  reading(deps, (tx) => deps.directory.principal(tx, { type: 'Person', id }))

interface Wanted {
  /** whose address, where that is asked */
  readonly verified: string | undefined
  /** in which application, where they are asked */
  readonly rolesIn: string | undefined
  readonly person: string
  readonly groups: readonly string[]
}

interface More {
  readonly verified: Date | null
  readonly roles: readonly string[] | undefined
}

async function more(deps: FlushDeps, { verified, rolesIn, person, groups }: Wanted): Promise<More> {
  if (verified === undefined && rolesIn === undefined) return { verified: null, roles: undefined }
  return reading(deps, async (tx) => ({
    verified: verified === undefined ? null : await deps.directory.emailVerifiedAt(tx, verified),
    roles: rolesIn === undefined ? undefined : await deps.rolesOf(tx, rolesIn, person, groups),
  }))
}
