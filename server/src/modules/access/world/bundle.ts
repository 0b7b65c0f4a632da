import type { TimedGrant } from '@holdfast/bundle'
import type { EntityJson } from '@holdfast/policy'
import { unixSeconds } from '../../../platform/clock.ts'
import type { Uid } from '../../../platform/ports.ts'
import { isInForce } from '../grants/store.ts'
import { entitiesOf, linksOf, type Parts } from './build.ts'
import { travelling } from './travelling.ts'
import { type Grant, roleUid, type WholePolicySet } from './types.ts'

/** What of an application's rules its edges get. */
export interface BundleParts {
  readonly epoch: number
  readonly schema: Readonly<Record<string, unknown>>
  readonly validated: boolean
  readonly policies: WholePolicySet
  readonly entities: readonly EntityJson[]
  /** ids of the services among them */
  readonly services: readonly string[]
  readonly timed: readonly TimedGrant[]
}

/** Grants for a time travel with their time, so that an edge that is cut off lets none live longer. */
export async function bundleParts(application: string, parts: Parts, now: Date): Promise<BundleParts> {
  const { rules, stored, grants, directory } = parts
  const bundled = travelling(stored, rules)
  const lasting = grants.filter((grant) => grant.validTo === null && isInForce(grant, now))
  const entities = await entitiesOf(application, { ...parts, stored: bundled }, lasting)
  const known = new Set(directory.map(({ uid }) => nameOf(uid)))
  const timed = grants.filter((grant) => !(grant.validTo === null && isInForce(grant, now)) && mayAct(grant, known))
  return {
    epoch: rules.epoch,
    schema: rules.schemaJson,
    validated: rules.validated,
    policies: {
      staticPolicies: rules.staticPolicies,
      templates: rules.templates,
      templateLinks: linksOf(rules.set, lasting),
    },
    entities,
    services: directory.filter(({ uid }) => uid.type === 'Service').map(({ uid }) => uid.id),
    timed: timed.flatMap((grant) => timedGrant(parts, grant)),
  }
}

const nameOf = ({ type, id }: Uid) => `${type} ${id}`

/** Whom the directory does not know, or has disabled, gets nothing. */
function mayAct({ principal }: Grant, known: ReadonlySet<string>): boolean {
  return !['Person', 'Service', 'Group'].includes(principal.type) || known.has(nameOf(principal))
}

/** A link begins and ends with whole seconds: never before its time, never after it. */
function timedGrant({ rules }: Parts, grant: Grant): TimedGrant[] {
  const from = Math.ceil(grant.validFrom.getTime() / 1000)
  const time = { from, until: grant.validTo && unixSeconds(grant.validTo) }
  if (grant.role !== null) return [{ ...time, membership: { child: grant.principal, parent: roleUid(grant.role) } }]
  return linksOf(rules.set, [grant]).map((link) => ({ ...time, link }))
}
