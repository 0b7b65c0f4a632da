import type { ResourcePlace } from './ocsf/class.ts'
import type { Draft } from './ocsf/document.ts'
import { unknownGroup } from './ocsf/objects/group.ts'
import { entityOf, unknownEntity } from './ocsf/objects/managed-entity.ts'
import type { Unmapped } from './ocsf/objects/unmapped.ts'
import { unknownUser, userOf } from './ocsf/objects/user.ts'
import { readText } from './ocsf/read.ts'
import type { UnsequencedEvent } from './event.ts'

/** What is left over for `unmapped`. */
export type Left = { -readonly [K in keyof Unmapped]: Unmapped[K] }

/**
 * Puts the resource into its place in the class, or into what is left over.
 * @param person the member of `data` that names the person whose session it is
 */
export function placeResource(
  event: UnsequencedEvent,
  place: ResourcePlace,
  person: string | undefined,
  document: Draft,
  left: Left,
): void {
  const { resource } = event
  switch (place) {
    case 'user':
      document.user = resource === null ? unknownUser : userOf(resource.type, resource.id)
      break
    case 'session':
      if (resource?.type === 'Person' || resource?.type === 'Service') {
        document.user = userOf(resource.type, resource.id)
        break
      }
      document.user = holder(event, person)
      if (resource?.type === 'Session') document.session = { uid: resource.id }
      else left.resource = resource
      break
    case 'group':
      document.group = resource?.type === 'Group' ? { uid: resource.id } : unknownGroup
      if (resource !== null && resource.type !== 'Group') left.resource = resource
      break
    case 'entity':
      document.entity = resource === null ? unknownEntity : entityOf(resource.type, resource.id)
      break
    case 'resources':
      if (resource !== null) document.resources = [{ type: resource.type, uid: resource.id }]
      break
    default:
      if (resource !== null) left.resource = resource
  }
}

/** Whose session it is. */
function holder(event: UnsequencedEvent, person: string | undefined) {
  const named = readText(event, person)
  if (named !== undefined) return userOf('Person', named)
  return event.actor === null ? unknownUser : userOf(event.actor.type, event.actor.id)
}
