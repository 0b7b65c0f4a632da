import type { Entities, EntityJson, PolicySet, PolicySetJson, Schema, Uid } from '@holdfast/policy'
import { keyOf } from '../../standing.ts'
import { type ActionType, declaredActions, namedActions } from './actions.ts'
import { namedIn } from './named.ts'

/** What a search looks at: everything that decides for one application. */
export interface Searched {
  readonly schema: Schema
  /** the schema in its JSON form; without declarations where the application has none */
  readonly schemaJson: Readonly<Record<string, unknown>>
  readonly policies: PolicySetJson
  readonly set: PolicySet
  readonly entities: Entities
  readonly entityList: readonly EntityJson[]
  /** people and services that may act */
  readonly principals: readonly Uid[]
}

/** What can be found. */
export interface Catalogue {
  readonly actions: readonly ActionType[]
  /** of every type that anything of the application names, in order */
  readonly ids: ReadonlyMap<string, readonly string[]>
  acts(principal: Uid): boolean
}

const catalogues = new WeakMap<Searched, Catalogue>()

/** Worked out when a world is first searched. */
export function catalogueOf(world: Searched): Catalogue {
  const known = catalogues.get(world)
  if (known !== undefined) return known
  const named = namedIn(world.entityList, world.policies)
  for (const { type, id } of world.principals) named.set(type, (named.get(type) ?? new Set()).add(id))
  const acting = new Set(world.principals.map((uid) => keyOf(uid)))
  const made: Catalogue = {
    actions:
      Object.keys(world.schemaJson).length === 0
        ? namedActions(named, world.entityList)
        : declaredActions(world.schemaJson),
    ids: new Map([...named].map(([type, ids]) => [type, [...ids].toSorted()])),
    acts: (principal) => acting.has(keyOf(principal)),
  }
  catalogues.set(world, made)
  return made
}
