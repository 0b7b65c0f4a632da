import type { CandidatePolicies, TimedGrant } from '@holdfast/bundle'
import type { EntityJson } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { isInForce } from '../grants/store.ts'
import { attributeDepth, namedInConditions } from '../point/depth.ts'
import type { Rules } from '../rules.ts'
import { entitiesOf, linksOf, type Parts } from './build.ts'
import { travelling } from './travelling.ts'
import { type Grant, type GrantLink, roleUid, type WholePolicySet } from './types.ts'

/** What of an application's rules its edges get. */
export interface BundleParts {
  readonly epoch: number
  readonly schema: Readonly<Record<string, unknown>>
  readonly validated: boolean
  readonly policies: WholePolicySet
  readonly entities: readonly EntityJson[]
  /** the stored types of which all are among them */
  readonly bundledTypes: readonly string[]
  /** ids of the services among them */
  readonly services: readonly string[]
  readonly timed: readonly TimedGrant[]
}

/** The grants that hold without end, and what they link. */
export interface Lasting {
  readonly grants: readonly Grant[]
  readonly links: readonly GrantLink[]
}

export function lastingOf({ rules, grants }: Parts, now: Date): Lasting {
  const lasting = grants.filter((grant) => grant.validTo === null && isInForce(grant, now))
  return { grants: lasting, links: linksOf(rules.set, lasting) }
}

/**
 * Grants for a time travel with their time, so that an edge that is cut off lets none live longer.
 * @param candidate whose policies the edges ask as well
 */
export async function bundleParts(
  application: string,
  parts: Parts,
  lasting: Lasting,
  candidate: CandidatePolicies | null,
): Promise<BundleParts> {
  const { rules, grants, directory } = parts
  const stored = travelling(parts.stored, withTried(rules, candidate))
  const entities = await entitiesOf(application, { ...parts, stored }, lasting.grants)
  const known = new Set(directory.map(({ uid }) => nameOf(uid)))
  const always = new Set(lasting.grants)
  const timed = grants.filter((grant) => !always.has(grant) && mayAct(grant, known))
  return {
    epoch: rules.epoch,
    schema: rules.schemaJson,
    validated: rules.validated,
    policies: { staticPolicies: rules.staticPolicies, templates: rules.templates, templateLinks: lasting.links },
    entities,
    bundledTypes: rules.bundledTypes,
    services: directory.filter(({ uid }) => uid.type === 'Service').map(({ uid }) => uid.id),
    timed: timed.flatMap((grant) => timedGrant(parts, grant)),
  }
}

/** What the candidate's policies look into travels as well: an edge compares what it would say. */
function withTried(rules: Rules, candidate: CandidatePolicies | null): Parameters<typeof travelling>[1] {
  if (candidate === null) return rules
  const { staticPolicies, templates } = candidate.policies
  const tried = [...Object.values(staticPolicies), ...Object.values(templates)]
  return {
    bundledTypes: rules.bundledTypes,
    named: [...rules.named, ...namedInConditions(tried)],
    depth: Math.max(rules.depth, attributeDepth(tried)),
  }
}

const nameOf = ({ type, id }: Uid) => `${type} ${id}`

/** Whom the directory does not know, or has disabled, gets nothing. */
function mayAct({ principal }: Grant, known: ReadonlySet<string>): boolean {
  return !['Person', 'Service', 'Group'].includes(principal.type) || known.has(nameOf(principal))
}

function timedGrant({ rules }: Parts, grant: Grant): TimedGrant[] {
  const time = { from: grant.validFrom.getTime(), until: grant.validTo && grant.validTo.getTime() }
  if (grant.role !== null) return [{ ...time, membership: { child: grant.principal, parent: roleUid(grant.role) } }]
  return linksOf(rules.set, [grant]).map((link) => ({ ...time, link }))
}
