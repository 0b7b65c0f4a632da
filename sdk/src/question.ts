import type { GivenEntity } from '@holdfast/bundle'
import { type EntityJson, PolicyError, type Request } from '@holdfast/policy'
import { notCarried } from './carried.ts'
import type { Rules } from './decisions/knowledge.ts'
import type { PrincipalReference } from './principal.ts'
import { DIRECTORY_TYPES } from './principal.ts'
import type { ResourceEntity, ResourceInput } from './resource.ts'
import { toRecord, ValueError } from './values.ts'

export type Context = Readonly<Record<string, unknown>>

export interface Question {
  readonly principal: PrincipalReference
  readonly action: string
  readonly resource: ResourceInput
  readonly context: Context | undefined
}

/** What a question says besides the directory, in Cedar's JSON; nothing of what has no form in it. */
export function givenOf({ resource, context }: Question): {
  readonly context?: Readonly<Record<string, unknown>>
  readonly given: readonly GivenEntity[]
} {
  const given = 'uid' in resource ? withOthers(resource) : []
  if (context === undefined) return { given }
  return guarded(
    () => ({ given, context: toRecord(context, 'context') }),
    () => ({ given }),
  )
}

function withOthers(resource: ResourceEntity): GivenEntity[] {
  const list: GivenEntity[] = []
  for (const open = [resource]; open.length > 0; ) {
    const { uid, attrs, parents, tags, others = [] } = open.pop() as ResourceEntity
    list.push({ uid, attrs, parents, tags })
    open.push(...others)
  }
  return list
}

type EngineKnowledge = Pick<Rules, 'entities' | 'carried' | 'schema'>

/** The question as the engine takes it. @throws ValueError, PolicyError when a part of it has no form in Cedar */
export function toEngine(known: EngineKnowledge, { principal, action, resource, context }: Question) {
  const { uid, more } = toEntity(resource, known)
  const request: Request = {
    principal: { type: principal.type, id: principal.id },
    action: { type: 'Action', id: action },
    resource: uid,
    context: context === undefined ? undefined : toRecord(context, 'context'),
  }
  return [request, more.length === 0 ? known.entities : known.entities.with(more)] as const
}

function toEntity(resource: ResourceInput, known: EngineKnowledge): { uid: PrincipalReference; more: EntityJson[] } {
  if (!('uid' in resource)) return { uid: { type: resource.type, id: resource.id }, more: [] }
  const more: EntityJson[] = []
  for (const open = [resource]; open.length > 0; ) {
    const entity = open.pop() as ResourceEntity
    const { uid, attrs, parents, tags = {}, others = [] } = entity
    const missing = notCarried(known, entity)
    if (missing !== undefined) throw new ValueError(missing)
    // Nobody's groups come from a request: not even those of a person who is the resource.
    if (DIRECTORY_TYPES.has(uid.type) || known.entities.get(uid) !== undefined) {
      throw new ValueError(`${uid.type} comes from the directory and takes no attributes`)
    }
    more.push({ uid, attrs, parents, tags })
    open.push(...others)
  }
  return { uid: resource.uid, more }
}

/** What has no form in Cedar denies; any other error is a fault and stays one (which allows nothing either). */
export function guarded<T>(call: () => T, malformed: (error: Error) => T): T {
  try {
    return call()
  } catch (error) {
    if (error instanceof PolicyError || error instanceof ValueError) return malformed(error)
    throw error
  }
}
