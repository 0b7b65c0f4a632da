import type { Caller, Decide, Uid } from '../../platform/ports.ts'
import type { Read } from '../../platform/work.ts'
import type { SigninDeps } from './types.ts'

/** Who is asking. The actions are for the console to show what is possible; each route decides anew. */
export async function whoAmI({ directory, decide, installation, actions }: SigninDeps, caller: Caller, read: Read) {
  const principal = await read((tx) => directory.principal(tx, caller.principal))
  const allowed = await allowedOf(decide, caller, actions, { type: 'Installation', id: 'installation' })
  const { session } = caller
  return {
    principal: caller.principal,
    name: caller.name,
    email: principal?.email ?? null,
    groups: [...caller.groups],
    session: session && {
      id: session.id,
      startedAt: session.startedAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      acr: session.acr,
      amr: [...session.amr],
      authenticatedAt: session.authenticatedAt.toISOString(),
    },
    actions: allowed,
    installation,
  }
}

/** Which of the actions the caller may do on the resource. */
export async function allowedOf(
  decide: Decide,
  caller: Caller,
  actions: readonly string[],
  resource: Uid,
): Promise<string[]> {
  const allowed: string[] = []
  for (const action of actions) {
    const verdict = await decide(caller, action, resource)
    if (verdict.allowed) allowed.push(action)
  }
  return allowed
}
