import { createHash } from 'node:crypto'
import { type Acr, isAtLeast, strongest } from '../../../platform/assurance.ts'
import type { Reading } from '../../directory/index.ts'
import { policyFor, standingOf } from '../mfa/standing.ts'
import { personDemand } from '../store/demands.ts'
import type { SessionRow } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'

/** Who a person is decides what their sign-in must show. */
export type DemandDeps = Pick<SigninDeps, 'directory' | 'policies'>

/**
 * What a sign-in of this person must show: what their standing takes, and what was raised for them.
 * @param tenant where the transaction sees more than one
 */
export async function demandedOf(
  tx: Reading,
  deps: DemandDeps,
  person: string,
  groups?: readonly string[],
  tenant?: string,
): Promise<Acr> {
  const known = groups ?? (await deps.directory.groupsOf(tx, { type: 'Person', id: person })) ?? []
  const policy = await deps.policies.of(tx, tenant)
  return strongest(await standingOf(tx, policy, person, known), (await personDemand(tx, person))?.acr)
}

/**
 * What is demanded of a live session.
 * @returns null when it shows enough. For the strongest there is nothing to ask.
 */
export async function lackOf(
  tx: Reading,
  deps: DemandDeps,
  session: Pick<SessionRow, 'tenant' | 'person' | 'acr' | 'requiredAcr' | 'personAcr'>,
  groups: readonly string[],
): Promise<Acr | null> {
  if (session.acr === 'phr') return null
  // What somebody has enrolled asks for two factors at most: of whoever has shown them only the settings can want more.
  const policy = await deps.policies.of(tx, session.tenant)
  const standing =
    session.acr === 'aal2' ? policyFor(policy, groups) : await standingOf(tx, policy, session.person, groups)
  const demanded = strongest(standing, session.requiredAcr, session.personAcr)
  return isAtLeast(session.acr, demanded) ? null : demanded
}

/** Digest of the groups of a person: with others the session's token changes. */
export function privilegesOf(groups: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(groups.toSorted())).digest().subarray(0, 16)
}
