import { isObject, type Json, member, readUidText } from './json.ts'

export interface Uid {
  readonly type: string
  readonly id: string
}

/** An entity in Cedar's JSON form. */
export interface Entity {
  readonly uid: Uid
  readonly attrs: Json
  readonly tags?: Json
  readonly parents: readonly Uid[]
}

/**
 * The entities of a file: Cedar's JSON form, plain or escaped uids, or uids as Cedar writes them; an object whose keys are uids; or
 * AuthZEN's form (`type`, `id`, `properties`). Throws for anything else.
 */
export function readEntities(json: unknown): Entity[] {
  if (json === undefined) return []
  if (Array.isArray(json)) return json.map((each) => readEntity(each))
  if (isObject(json)) {
    return Object.entries(json).map(([key, each]) =>
      readEntity(
        isObject(each) && each['uid'] === undefined && each['id'] === undefined ? { ...each, uid: key } : each,
      ),
    )
  }
  throw new Error('the entities must be a list')
}

function readEntity(json: unknown): Entity {
  if (!isObject(json)) throw new Error('an entity must be an object')
  const attrs = member(json, 'attrs', 'attributes', 'properties') ?? {}
  const parents = json['parents'] ?? []
  if (!isObject(attrs) || !Array.isArray(parents)) throw new Error('an entity has `attrs` and a list of `parents`')
  const { tags } = json
  return {
    uid: readUid(json['uid'] ?? json),
    attrs,
    parents: (parents as unknown[]).map(readUid),
    ...(isObject(tags) && { tags }),
  }
}

function readUid(json: unknown): Uid {
  const inner = isObject(json) ? (json['__entity'] ?? json) : json
  const uid = typeof inner === 'string' ? readUidText(inner) : inner
  if (!isObject(uid) || typeof uid['type'] !== 'string' || typeof uid['id'] !== 'string') {
    throw new Error(`no uid: ${JSON.stringify(json)?.slice(0, 100)}`)
  }
  return { type: uid['type'], id: uid['id'] }
}
