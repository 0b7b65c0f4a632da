import type { Actor, Outcome, Reference, UnsequencedEvent } from './event.ts'
import type { OcsfEvent } from './ocsf/document.ts'
import type { User } from './ocsf/objects/user.ts'
import { timeOf } from './time.ts'

/**
 * The compact view of a document: the inverse of `describeEvent`, and the best that can be read of what `adoptDocument` took in, where
 * much may be absent that our own always have. What was erased reads as it stands there: `ERASED`, wherever it was.
 */
export function viewOf(document: OcsfEvent): UnsequencedEvent {
  const { metadata, unmapped } = document
  return {
    id: metadata.uid,
    time: timeOf(document.time),
    kind: metadata.event_code,
    outcome: outcomeOf(document),
    actor: actorOf(document.actor?.user),
    resource: resourceOf(document),
    application: metadata.tags?.find(({ name }) => name === 'application')?.value ?? null,
    reason: document.status_code ?? null,
    source: {
      address: document.src_endpoint?.ip ?? unmapped?.source?.address ?? null,
      userAgent: document.http_request?.user_agent ?? unmapped?.source?.userAgent ?? null,
    },
    requestId: metadata.correlation_uid ?? null,
    data: unmapped?.data ?? {},
  }
}

function outcomeOf({ category_uid: category, status_id: status, action_id: action, unmapped }: OcsfEvent): Outcome {
  if (action === 2) return 'refused'
  if (category === 2) return unmapped?.outcome ?? 'success'
  return status === 2 ? 'failure' : 'success'
}

function actorOf(user: User | undefined): Actor | null {
  const reference = referenceOf(user)
  if (reference === null || user?.name === undefined) return reference
  return { ...reference, name: user.name }
}

function referenceOf(user: User | undefined): Reference | null {
  if (user?.uid === undefined) return null
  if (user.type_id === 1) return { type: 'Person', id: user.uid }
  if (user.type_id === 4) return { type: 'Service', id: user.uid }
  return { type: user.type ?? 'Unknown', id: user.uid }
}

function resourceOf(document: OcsfEvent): Reference | null {
  const { unmapped, session, group, entity, resources } = document
  if (unmapped?.resource !== undefined) return unmapped.resource
  if (session?.uid !== undefined) return { type: 'Session', id: session.uid }
  if (group !== undefined) return group.uid === undefined ? null : { type: 'Group', id: group.uid }
  if (entity !== undefined) return entity.uid === undefined ? null : { type: entity.type ?? 'Unknown', id: entity.uid }
  const first = resources?.[0]
  return first?.uid === undefined ? referenceOf(document.user) : { type: first.type ?? 'Unknown', id: first.uid }
}
