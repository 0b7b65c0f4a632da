import { PolicyError } from '../errors.ts'
import type { Uid } from '../json.ts'
import type { SchemaJson } from '../schema/schema.ts'
import { Resolver } from '../schema/resolve.ts'
import { field, isObject } from '../shape.ts'
import type { RecordType } from '../schema/types.ts'
import type { ActionTypes } from './types.ts'

/** The actions of a schema's JSON form, each with the types that it applies to; groups of actions apply to none. Throws `PolicyError`. */
export function actionTypes(json: SchemaJson): ActionTypes[] {
  const resolver = new Resolver(json)
  const out: ActionTypes[] = []
  for (const [namespace, declarations] of Object.entries(json)) {
    const actions = isObject(declarations) ? field(declarations, 'actions') : undefined
    if (!isObject(actions)) continue
    for (const [id, action] of Object.entries(actions)) {
      const appliesTo = isObject(action) ? field(action, 'appliesTo') : undefined
      if (!isObject(appliesTo)) continue
      const types = (section: string) => names(field(appliesTo, section), namespace, `action ${id}`, resolver)
      const type = namespace === '' ? 'Action' : `${namespace}::Action`
      out.push({ action: { type, id }, principals: types('principalTypes'), resources: types('resourceTypes') })
    }
  }
  return out
}

/** The type of the context of an action; undefined when the schema says nothing of it. Throws `PolicyError`. */
export function contextType(json: SchemaJson, { type, id }: Uid): RecordType | undefined {
  const namespace = type === 'Action' ? '' : type.slice(0, -'::Action'.length)
  const resolver = new Resolver(json)
  const action = resolver.declaration(namespace, 'actions', id)
  const appliesTo = isObject(action) ? field(action, 'appliesTo') : undefined
  const context = isObject(appliesTo) ? field(appliesTo, 'context') : undefined
  if (context === undefined) return undefined
  const resolved = resolver.type(context, namespace, `action ${id}`)
  return resolved.kind === 'record' ? resolved : undefined
}

function names(list: unknown, namespace: string, path: string, resolver: Resolver): string[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) throw new PolicyError('schema_malformed', 'expected a list of types', path)
  return (list as unknown[]).map((name) => resolver.entityName(String(name), namespace, path))
}
