import { addSeconds } from '../../../platform/clock.ts'
import { perAddress, perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { type ChangeDeps, changeSeal, confirmShamir, pendingSeconds, prepareShamir, rotateRoot } from './change.ts'
import { describeSeal } from './describe.ts'
import type { SealDesk } from './desk.ts'
import { SealChange, SealChanged, SealConfirmation, SealDetails, SealRotated, SealStatus, Unseal } from './shapes.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })

/** What a sealed server answers as well: nobody can sign in before the keys are there. */
export function deskRoutes(desk: Pick<SealDesk, 'status' | 'unseal'>): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/seal',
      summary: 'Whether this replica is sealed, and what is still needed to open it',
      permission: {
        public: 'Whoever brings a share must see what is needed, and nobody can sign in to a sealed server.',
      },
      output: SealStatus,
      reads: true,
      limit: perAddress(120, 'minute'),
      handler: () => ok(desk.status()),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/seal/unseal',
      summary: 'Give this replica a share or the passphrase that opens its seal',
      permission: {
        public: 'Nobody can sign in to a sealed server; the share or the passphrase itself is the credential.',
      },
      input: { body: Unseal },
      bodyLimit: 8 * 1024,
      output: SealStatus,
      event: 'seal.unsealed',
      limit: perAddress(30, 'minute'),
      handler: ({ body, source }) => desk.unseal(body, source),
    }),
  ]
}

export function sealRoutes(deps: ChangeDeps): Route[] {
  return [
    ...deskRoutes(deps.desk),
    defineRoute({
      method: 'GET',
      path: '/api/v1/seal/details',
      summary: 'The seal, the root key, the replicas that hold it, and a change that waits to be confirmed',
      permission: { action: 'viewSeal', resource: installation },
      output: SealDetails,
      reads: true,
      limit: perPrincipal(120, 'minute'),
      handler: async ({ now }) => ok(await describeSeal(deps.database, now)),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/seal/change',
      summary: 'Seal the root key in another way; shares are shown once and must be confirmed',
      permission: { action: 'changeSeal', resource: installation },
      input: { body: SealChange },
      output: SealChanged,
      event: 'seal.changed',
      limit: perPrincipal(20, 'hour'),
      handler: async ({ work, body, now }) => {
        if (body.to !== 'shamir') {
          const changed = await changeSeal(deps, work, body, now)
          return changed.ok ? ok({ changed: true, ...changed.value, shares: null, expiresAt: null }) : changed
        }
        const made = await prepareShamir(work, body, now)
        if (!made.ok) return made
        const shares = made.value.map((share, at) => ({ number: at + 1, share }))
        const expiresAt = addSeconds(now, pendingSeconds).toISOString()
        return ok({ changed: false, kind: 'shamir', generation: null, shares, expiresAt })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/seal/change/confirm',
      summary: 'Seal the root key by the shares that were shown, by giving back enough of them',
      permission: { action: 'changeSeal', resource: installation },
      input: { body: SealConfirmation },
      output: SealChanged,
      event: 'seal.changed',
      limit: perPrincipal(60, 'hour'),
      handler: async ({ work, body, now }) => {
        const changed = await confirmShamir(deps, work, body.shares, now)
        return changed.ok ? ok({ changed: true, ...changed.value, shares: null, expiresAt: null }) : changed
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/seal/rotate',
      summary: 'Replace the root key by a new one under the same seal',
      permission: { action: 'rotateSeal', resource: installation },
      output: SealRotated,
      event: 'seal.rotated',
      limit: perPrincipal(20, 'hour'),
      handler: async ({ work, now }) => {
        const rotated = await rotateRoot(deps, work, now)
        return rotated.ok ? ok(rotated.value) : rotated
      },
    }),
  ]
}
