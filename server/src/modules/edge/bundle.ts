import {
  type ApplicationBundle,
  type ApplicationRules,
  type GatewayApplication,
  signApplicationBundle,
  signGatewayBundle,
  type TokenJwk,
} from '@holdfast/bundle'
import { defaultProtection } from '@holdfast/http-guard'
import { LRUCache } from 'lru-cache'
import { type Clock, unixSeconds } from '../../platform/clock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Access, ApplicationRow } from '../access/index.ts'
import { protections } from '../protection/index.ts'
import type { ControlPlaneKey } from './signing-key.ts'
import { gatewayKeys } from './store/gateway-keys.ts'

/** A person, service or group as policies see it: an id and its groups, nothing personal. */
export interface PrincipalEntity {
  readonly uid: { readonly type: string; readonly id: string }
  readonly parents: readonly { readonly type: string; readonly id: string }[]
}

export interface BundleDeps {
  readonly access: Pick<Access, 'bundle' | 'applications'>
  readonly key: ControlPlaneKey
  readonly issuer: string
  /** public keys of the access tokens: the next, the current, and those whose last token has not ended */
  readonly tokenKeys: (tx: Transaction) => Promise<readonly TokenJwk[]>
  /** the resource indicators (RFC 8707) of an application */
  readonly resourcesOf: (tx: Transaction, application: string) => Promise<readonly string[]>
  readonly clock: Clock
}

export interface Bundles {
  /** @returns undefined when there is no such application */
  application(tx: Transaction, id: string, epoch: number): Promise<string | undefined>
  gateway(tx: Transaction, epoch: number): Promise<string>
}

/** Made once an epoch, and kept: all edges of an application get the same bytes. */
export function createBundles({ access, key, issuer, clock, tokenKeys, resourcesOf }: BundleDeps): Bundles {
  const made = new LRUCache<string, string>({
    max: 64,
    maxSize: 256 * 1024 * 1024,
    sizeCalculation: (text) => text.length,
  })
  const now = () => unixSeconds(clock.now())
  const tokensOf = async (tx: Transaction) => ({ issuer, keys: await tokenKeys(tx) })
  const tenantOf = (tx: Transaction) => tx.tenant ?? ''

  /** Of an application for which gateways decide. */
  const rulesFor = async (tx: Transaction, { id, gateways_decide: decide }: ApplicationRow) => {
    const rules = decide ? await access.bundle(tx, id) : undefined
    return rules === undefined ? {} : { rules: rulesOf(rules) }
  }

  return {
    async application(tx, id, epoch) {
      const name = `${tx.tenant} ${id} ${epoch}`
      const known = made.get(name)
      if (known !== undefined) return known
      const rules = await access.bundle(tx, id)
      if (rules === undefined) return undefined
      const bundle = {
        iss: issuer,
        aud: id,
        tenant: tenantOf(tx),
        iat: now(),
        ...rulesOf(rules),
        gatewayKeys: await gatewayKeys(tx, new Set(rules.services)),
        tokens: await tokensOf(tx),
        resources: await resourcesOf(tx, id),
        protection: (await protections(tx)).get(id) ?? defaultProtection,
      } as ApplicationBundle
      const signed = signApplicationBundle(bundle, key)
      made.set(`${tx.tenant} ${id} ${rules.epoch}`, signed)
      return signed
    },
    async gateway(tx, epoch) {
      const name = `${tx.tenant} * ${epoch}`
      const known = made.get(name)
      if (known !== undefined) return known
      const applications: GatewayApplication[] = []
      const own = await protections(tx)
      for (const row of await access.applications(tx)) {
        const { id, hosts, upstream } = row
        if (upstream === null || hosts.length === 0) continue
        applications.push({
          id,
          hosts,
          upstream,
          ...(row.further_upstreams.length > 0 && { furtherUpstreams: row.further_upstreams }),
          publicPaths: row.public_paths,
          limits: { bodyBytes: row.body_limit_bytes, requestTimeoutMs: row.request_timeout_ms },
          resources: await resourcesOf(tx, id),
          protection: own.get(id) ?? defaultProtection,
          ...(await rulesFor(tx, row)),
        })
      }
      const bundle = { iss: issuer, tenant: tenantOf(tx), epoch, iat: now(), applications, tokens: await tokensOf(tx) }
      const signed = signGatewayBundle({ aud: '*', ...bundle }, key)
      made.set(name, signed)
      return signed
    },
  }
}

type Bundled = NonNullable<Awaited<ReturnType<Access['bundle']>>>

function rulesOf(rules: Bundled): ApplicationRules {
  const { epoch, schema, policies, validated, entities, bundledTypes, timed, candidate, decisionLog } = rules
  return {
    epoch,
    schema,
    policies,
    validated,
    // The actions are among them, since groups of actions are part of the hierarchy.
    entities: entities.map((entity) => ({ attrs: {}, parents: [], ...entity })),
    bundledTypes,
    timed,
    candidate,
    decisionLog,
  } as ApplicationRules
}
