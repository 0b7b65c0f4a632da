import {
  type ApplicationBundle,
  type GatewayApplication,
  signApplicationBundle,
  signGatewayBundle,
} from '@holdfast/bundle'
import { createSchema } from '@holdfast/policy'
import { LRUCache } from 'lru-cache'
import { type Clock, unixSeconds } from '../../platform/clock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Access } from '../access/index.ts'
import type { ControlPlaneKey } from './signing-key.ts'
import { gatewayKeys } from './store.ts'

/** A person, service or group as policies see it: an id and its groups, nothing personal. */
export interface PrincipalEntity {
  readonly uid: { readonly type: string; readonly id: string }
  readonly parents: readonly { readonly type: string; readonly id: string }[]
}

export interface BundleDeps {
  readonly access: Pick<Access, 'rules' | 'applications'>
  readonly principalsOf: (tx: Transaction) => Promise<readonly PrincipalEntity[]>
  readonly key: ControlPlaneKey
  readonly issuer: string
  readonly clock: Clock
}

export interface Bundles {
  /** @returns undefined when there is no such application */
  application(tx: Transaction, id: string, epoch: number): Promise<string | undefined>
  gateway(tx: Transaction, epoch: number): Promise<string>
}

/** Made once an epoch, and kept: all edges of an application get the same bytes. */
export function createBundles({ access, principalsOf, key, issuer, clock }: BundleDeps): Bundles {
  const made = new LRUCache<string, string>({
    max: 64,
    maxSize: 256 * 1024 * 1024,
    sizeCalculation: (text) => text.length,
  })
  const now = () => unixSeconds(clock.now())
  const tenantOf = (tx: Transaction) => tx.tenant ?? ''

  return {
    async application(tx, id, epoch) {
      const name = `${tx.tenant} ${id} ${epoch}`
      const known = made.get(name)
      if (known !== undefined) return known
      const rules = await access.rules(tx, id)
      if (rules === undefined) return undefined
      const principals = await principalsOf(tx)
      const services = new Set(principals.filter(({ uid }) => uid.type === 'Service').map(({ uid }) => uid.id))
      // The actions travel as entities, since groups of actions are part of the hierarchy.
      const actions = createSchema(rules.schema).actions
      const bundle = {
        iss: issuer,
        aud: id,
        tenant: tenantOf(tx),
        epoch: rules.epoch,
        iat: now(),
        schema: rules.schema,
        policies: rules.policies,
        entities: [
          ...actions.map(({ uid, parents }) => ({ uid, attrs: {}, parents: parents ?? [] })),
          ...principals.map(({ uid, parents }) => ({ uid, attrs: {}, parents })),
        ],
        validated: true,
        timed: [],
        candidate: null,
        decisionLog: { allowRate: 0 },
        gatewayKeys: await gatewayKeys(tx, services),
      } as ApplicationBundle
      const signed = signApplicationBundle(bundle, key)
      made.set(`${tx.tenant} ${id} ${rules.epoch}`, signed)
      return signed
    },
    async gateway(tx, epoch) {
      const name = `${tx.tenant} * ${epoch}`
      const known = made.get(name)
      if (known !== undefined) return known
      const applications: GatewayApplication[] = (await access.applications(tx)).flatMap((row) =>
        row.upstream === null || row.hosts.length === 0
          ? []
          : [
              {
                id: row.id,
                hosts: row.hosts,
                upstream: row.upstream,
                publicPaths: row.public_paths,
                limits: { bodyBytes: row.body_limit_bytes, requestTimeoutMs: row.request_timeout_ms },
              },
            ],
      )
      const signed = signGatewayBundle(
        { iss: issuer, aud: '*', tenant: tenantOf(tx), epoch, iat: now(), applications },
        key,
      )
      made.set(name, signed)
      return signed
    },
  }
}
