import { asSystemIn } from '../../platform/database/elevate.ts'
import { type Outcome, ok, type Refused, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Tenant } from '../../platform/tenants.ts'
import type { Tx, Work } from '../../platform/work.ts'
import type { z } from 'zod'
import { contextIn } from '../../platform/every-tenant.ts'
import type { TenantDeps } from './deps.ts'
import { errors } from './errors.ts'
import {
  type CreatedTenant,
  type InvitationLink,
  type NewOperator,
  type NewTenant,
  type TenantChange,
  type TenantView,
  viewOf,
} from './shapes.ts'
import { insertTenant, isRefused, lockTenant, whole, writeHosts, writeName, writeSuspended } from './store.ts'

type View = z.output<typeof TenantView>

/**
 * Makes a tenant with all that every one has from the start, and invites its first operator: all of it, or nothing.
 * @returns it, with the link of the invitation, this once; `tenant_taken`, `tenant_host_taken`
 */
export async function createTenant(
  work: Work,
  deps: TenantDeps,
  caller: Caller,
  asked: z.output<typeof NewTenant>,
): Promise<Outcome<z.output<typeof CreatedTenant>>> {
  const now = deps.clock.now()
  const { slug, name, hosts, admin } = asked
  const made: Tenant = { id: deps.random.id(), slug, name, hosts: hosts.toSorted(), createdAt: now, suspendedAt: null }
  return work(async (tx) => {
    const written = await asSystemIn(tx, () =>
      whole(tx, async () => {
        if (!(await insertTenant(tx, made))) return refuse(errors.tenant_taken, { slug })
        return putHosts(tx, deps, made.id, hosts)
      }),
    )
    if (isRefused(written)) return written
    const invitation = await deps.units.within(tx, contextIn(made.id), async (own) => {
      await deps.provisionTenant(own)
      return deps.inviteOperator(own, { ...admin, name: admin.name, inviter: caller.name, now })
    })
    const data = { slug, hosts: made.hosts }
    await tx.record({ kind: 'tenant.created', resource: { type: 'Tenant', id: made.id }, data })
    return ok({ ...viewOf(made, deps.first), invitation: shown(invitation) }, { status: 201 })
  })
}

/** @returns it; `tenant_not_found`, `tenant_host_taken` */
export async function changeTenant(
  work: Work,
  deps: TenantDeps,
  named: string,
  { name, hosts }: z.output<typeof TenantChange>,
): Promise<Outcome<View>> {
  return work(async (tx) => {
    const changed = await asSystemIn(tx, () =>
      whole<Tenant>(tx, async () => {
        const found = await lockTenant(tx, named)
        if (found === undefined) return unknown(named)
        if (name !== undefined) await writeName(tx, found.id, name)
        const taken = hosts === undefined ? undefined : await putHosts(tx, deps, found.id, hosts)
        if (isRefused(taken)) return taken
        return { ...found, name: name ?? found.name, hosts: hosts?.toSorted() ?? found.hosts }
      }),
    )
    if (isRefused(changed)) return changed
    const data = { slug: changed.slug, name: name !== undefined, ...(hosts !== undefined && { hosts: changed.hosts }) }
    await tx.record({ kind: 'tenant.changed', resource: { type: 'Tenant', id: changed.id }, data })
    return ok(viewOf(changed, deps.first))
  })
}

/**
 * Suspends a tenant, or lets it go on. What was live ends in the same transaction; afterwards no credential of it is taken.
 * When it goes on nobody is signed in any more.
 * @returns it; `tenant_not_found`, `tenant_first`
 */
export async function suspendTenant(
  work: Work,
  deps: TenantDeps,
  named: string,
  suspend: { readonly reason: string } | null,
): Promise<Outcome<View>> {
  const now = deps.clock.now()
  return work(async (tx) => {
    const found = await asSystemIn(tx, () => lockTenant(tx, named))
    if (found === undefined) return unknown(named)
    if (found.id === deps.first) return refuse(errors.tenant_first)
    const suspendedAt = suspend === null ? null : (found.suspendedAt ?? now)
    await asSystemIn(tx, () => writeSuspended(tx, found.id, suspendedAt))
    const kind = suspend === null ? 'tenant.resumed' : 'tenant.suspended'
    const resource = { type: 'Tenant', id: found.id }
    const event = {
      kind,
      resource,
      data: { slug: found.slug, ...(suspend !== null && { why: suspend.reason }) },
    } as const
    await deps.units.within(tx, contextIn(found.id), async (own) => {
      await own.record(event)
      // Also when it goes on: somebody may have been signing in at the very moment in which it was suspended.
      await deps.endEverything(own, 'tenant_suspended')
    })
    await tx.record(event)
    return ok(viewOf({ ...found, suspendedAt }, deps.first))
  })
}

/** For a tenant whose operators are all gone, or whose first invitation has lapsed. @returns the link; `tenant_not_found` */
export async function inviteOperator(
  work: Work,
  deps: TenantDeps,
  caller: Caller,
  { named, asked }: { readonly named: string; readonly asked: z.output<typeof NewOperator> },
): Promise<Outcome<z.output<typeof InvitationLink>>> {
  const now = deps.clock.now()
  return work(async (tx) => {
    const found = await asSystemIn(tx, () => lockTenant(tx, named))
    if (found === undefined) return unknown(named)
    const invitation = await deps.units.within(tx, contextIn(found.id), (own) =>
      deps.inviteOperator(own, { ...asked, name: asked.name, inviter: caller.name, now }),
    )
    await tx.record({ kind: 'tenant.operator_invited', resource: { type: 'Tenant', id: found.id } })
    return ok(shown(invitation), { status: 201 })
  })
}

async function putHosts(tx: Tx, deps: TenantDeps, id: string, hosts: readonly string[]): Promise<Refused | undefined> {
  const own = new URL(deps.publicUrl).host
  for (const host of hosts) {
    if (host === own || (await deps.isApplicationHost(tx, host))) return refuse(errors.tenant_host_taken, { host })
  }
  const taken = await writeHosts(tx, id, hosts)
  return taken === undefined ? undefined : refuse(errors.tenant_host_taken, { host: taken })
}

const unknown = (named: string): Refused => refuse(errors.tenant_not_found, { tenant: named.slice(0, 64) })

function shown({ link, expiresAt }: { readonly link: string; readonly expiresAt: Date }) {
  return { link, expiresAt: expiresAt.toISOString() }
}
