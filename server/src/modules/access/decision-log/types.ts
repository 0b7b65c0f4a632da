import type { DecisionVia } from '@holdfast/bundle'
import type { Entities, EntityJson, Explanation, Request, TemplateLinkJson } from '@holdfast/policy'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Caller, Source, Uid } from '../../../platform/ports.ts'

/** Who asked the control plane for a decision, and how. */
export interface Asked {
  readonly via: Extract<DecisionVia, 'authzen' | 'evaluate'>
  readonly by: Uid
  readonly source: Source
  readonly requestId: string
}

/** A decision that the control plane took for an application. */
export interface SeenDecision {
  /** in which it was taken */
  readonly tx: Transaction
  readonly application: string
  readonly epoch: number
  readonly asked: Asked
  /** as the engine was asked: the context in Cedar's JSON */
  readonly request: Request
  /** what whoever asked said of entities, in Cedar's JSON; nothing of the directory */
  readonly given: readonly EntityJson[]
  /** that it was decided with */
  readonly entities: Entities
  /** of the grants of the principal, that were laid over the policies */
  readonly links: readonly TemplateLinkJson[]
  readonly decided: Explanation
}

/** Is shown decisions. It changes none, and throws nothing. */
export type ObserveDecision = (seen: SeenDecision) => Promise<void>

/** For `Ask.asked`, from the input of a route's handler. */
export function askedBy(
  via: Asked['via'],
  input: {
    readonly caller: Pick<Caller, 'principal'>
    readonly source: Source
    readonly request: { readonly requestId: string }
  },
): Asked {
  return { via, by: input.caller.principal, source: input.source, requestId: input.request.requestId }
}
