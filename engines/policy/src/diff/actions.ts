import { PolicyError } from '../errors.ts'
import type { SchemaJson } from '../schema/schema.ts'
import { Resolver } from '../schema/resolve.ts'
import { field, isObject } from '../shape.ts'
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

function names(list: unknown, namespace: string, path: string, resolver: Resolver): string[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) throw new PolicyError('schema_malformed', 'expected a list of types', path)
  return (list as unknown[]).map((name) => resolver.entityName(String(name), namespace, path))
}
