import type { EntityJson, Uid } from '@holdfast/policy'
import { keyOf } from '../../standing.ts'

/** An action that somebody could take, and between what; null where nothing says so. */
export interface ActionType {
  readonly uid: Uid
  readonly principals: ReadonlySet<string> | null
  readonly resources: ReadonlySet<string> | null
}

type Json = Readonly<Record<string, unknown>>

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/**
 * The actions that a schema (in its JSON form) declares. A group of actions, which applies to nothing, is none: nobody takes it.
 */
export function declaredActions(schema: Json): ActionType[] {
  return Object.entries(schema).flatMap(([namespace, declarations]) =>
    Object.entries(objectOf(objectOf(declarations)['actions'])).flatMap(([id, action]) => {
      const { principalTypes, resourceTypes } = objectOf(objectOf(action)['appliesTo'])
      const principals = typesOf(schema, namespace, principalTypes)
      const resources = typesOf(schema, namespace, resourceTypes)
      const uid = { type: namespace === '' ? 'Action' : `${namespace}::Action`, id }
      return principals.size === 0 || resources.size === 0 ? [] : [{ uid, principals, resources }]
    }),
  )
}

/** A name without a namespace is one of its own namespace where that declares it. */
function typesOf(schema: Json, namespace: string, names: unknown): Set<string> {
  const own = objectOf(objectOf(schema[namespace])['entityTypes'])
  const list = Array.isArray(names) ? (names as unknown[]) : []
  return new Set(
    list.map((name) =>
      Object.hasOwn(own, String(name)) && namespace !== '' ? `${namespace}::${String(name)}` : String(name),
    ),
  )
}

/** The actions of an application without a schema: those that are stored or named, but for the ones that others are in. */
export function namedActions(
  named: ReadonlyMap<string, ReadonlySet<string>>,
  entities: readonly EntityJson[],
): ActionType[] {
  const groups = new Set(
    entities
      .filter(({ uid }) => isAction(keyOf(uid).split(' ', 1)[0] ?? ''))
      .flatMap(({ parents = [] }) => parents.map((uid) => keyOf(uid))),
  )
  return [...named].flatMap(([type, ids]) =>
    isAction(type)
      ? [...ids]
          .filter((id) => !groups.has(`${type} ${id}`))
          .map((id) => ({ uid: { type, id }, principals: null, resources: null }))
      : [],
  )
}

export function isAction(type: string): boolean {
  return type === 'Action' || type.endsWith('::Action')
}
