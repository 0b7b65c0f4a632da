import { platformErrors } from '../../../platform/errors.ts'
import { type Refused, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Read, Work } from '../../../platform/work.ts'
import { defaultIdentifier, findResources } from '../resources/store.ts'
import type { ClientInput } from './metadata/shape.ts'
import type { ClientTools } from './tools.ts'

/** Somebody who may not let tokens for an application out of hand. */
interface Denied {
  readonly application: string
  readonly explanation: string
}

const action = 'changeResources'

/**
 * A client that may ask for tokens of another application gets people's tokens for it: whoever declares that must have a say in
 * that application too. Otherwise the one who looks after a small application would reach into every other.
 * @param own the application of the client; undefined while it is being registered
 * @returns the first application that the caller has no say in; undefined when there is none. Before the transaction
 */
export async function deniedTarget(
  { decide }: Pick<ClientTools, 'decide'>,
  { caller, read }: { readonly caller: Caller; readonly read: Read },
  own: string | undefined,
  { resources = [], tokenExchange }: Pick<ClientInput, 'resources' | 'tokenExchange'>,
): Promise<Denied | undefined> {
  const identifiers = [...resources.map(({ identifier }) => identifier), ...(tokenExchange?.audiences ?? [])]
  if (identifiers.length === 0) return undefined
  const { found, prefix } = await read(async (tx) => ({
    found: await findResources(tx, identifiers),
    prefix: await defaultIdentifier(tx, ''),
  }))
  const owners = identifiers.map(
    (identifier) =>
      found.find((resource) => resource.identifier === identifier)?.application ?? heirOf(identifier, prefix),
  )
  for (const application of new Set(owners)) {
    if (application === own) continue
    const { allowed, explanation } = await decide(caller, action, { type: 'Application', id: application })
    if (!allowed) return { application, explanation }
  }
  return undefined
}

/**
 * Of an identifier that nobody has yet: whoever gets it one day would find the client there. So it takes a say in an application that
 * is not, which only those have who look after all of them.
 */
function heirOf(identifier: string, prefix: string): string {
  return identifier.startsWith(prefix) ? identifier.slice(prefix.length) : identifier
}

/** Refuses, with the event that every other no of the management API leaves. */
export async function refuseTarget(work: Work, { application, explanation }: Denied): Promise<Refused> {
  const outcome = await work<never>(async (tx) => {
    await tx.record({
      kind: 'access.denied',
      outcome: 'refused',
      resource: { type: 'Application', id: application },
      reason: 'forbidden',
      data: { action, explanation },
    })
    return refuse(platformErrors.forbidden, { explanation }, { action })
  })
  return outcome as Refused
}
