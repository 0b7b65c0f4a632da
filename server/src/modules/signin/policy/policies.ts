import { strongest } from '../../../platform/assurance.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { Read } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninConfig } from '../config.ts'
import { limitsOf, stricter } from '../sessions/presets.ts'
import { type OwnPolicy, PolicyBody, type SignInPolicy } from './shapes.ts'
import { policiesChannel, selectPolicy } from './store.ts'

/** How people sign in to each tenant. */
export interface Policies {
  /** What holds in a tenant. @param tenant where the transaction sees more than one */
  of(tx: Reading, tenant?: string): Promise<SignInPolicy>
  /** The same before there is a transaction: one is begun only where it is not remembered. */
  known(read: Read, tenant: string): Promise<SignInPolicy>
  /** What follows of what a tenant says. */
  effective(own: OwnPolicy): SignInPolicy
}

/** Remembered for this long at most, whatever is notified: somebody may read in a snapshot that is older than the news. */
const rememberMs = 2_000
const most = 10_000

export function createPolicies({
  database,
  config,
  now,
}: {
  readonly database: Pick<Database, 'listen'>
  readonly config: Pick<SigninConfig, 'mfa' | 'sessions' | 'idleMinutes' | 'absoluteHours'>
  /** milliseconds, monotonic */
  readonly now: () => number
}): Policies {
  const remembered = new Map<string, { readonly until: number; readonly policy: SignInPolicy }>()
  let listening = false
  const limits = limitsOf(config.sessions.preset, config)

  function effective({ admins, people, sessions, passwords, signUpDomains }: OwnPolicy): SignInPolicy {
    return {
      admins: strongest(config.mfa.admins, admins),
      people: strongest(config.mfa.people, people),
      limits: sessions === null ? limits : stricter(limits, limitsOf(sessions.preset, sessions)),
      passwords,
      signUpDomains,
    }
  }

  function recall(tenant: string): SignInPolicy | undefined {
    if (!listening) {
      listening = true
      database.listen(policiesChannel, () => remembered.clear())
    }
    const known = remembered.get(tenant)
    return known !== undefined && now() < known.until ? known.policy : undefined
  }

  async function look(tx: Reading, tenant: string): Promise<SignInPolicy> {
    const policy = effective(PolicyBody.parse(await selectPolicy(tx, tenant)))
    if (remembered.size >= most) remembered.clear()
    remembered.set(tenant, { until: now() + rememberMs, policy })
    return policy
  }

  return {
    effective,
    known: async (read, tenant) => recall(tenant) ?? read((tx) => look(tx, tenant)),
    async of(tx, named) {
      const tenant = named ?? tx.tenant
      if (tenant === null) throw new Error('nobody knows yet whose sign-in this is')
      return recall(tenant) ?? look(tx, tenant)
    },
  }
}
