import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { actionOf, knownActions } from '../authzen/names.ts'
import { catalogueOf } from '../authzen/search/catalogue.ts'
import { errors } from '../errors.ts'
import { keyOf } from '../standing.ts'
import type { World } from '../world/types.ts'

/** What a question names, which the schema has or has not. */
export interface Named {
  readonly action?: string | undefined
  readonly resourceType?: string | undefined
}

/**
 * Refuses a question about what the schema of that world does not have: to a typing mistake "nobody" would be a dangerous answer.
 * Without a schema everything can be asked about.
 * @returns `question_unknown`
 */
export function namedIn(world: World, { action, resourceType }: Named): Outcome<World> {
  const { schemaJson } = world
  if (Object.keys(schemaJson).length === 0) return ok(world)
  const unknown = (what: string) => refuse(errors.question_unknown, { application: world.application, what })
  if (resourceType !== undefined && !isDeclared(schemaJson, resourceType)) return unknown(`entity type ${resourceType}`)
  if (action === undefined) return ok(world)
  const key = keyOf(actionOf(action, knownActions(world)))
  return catalogueOf(world).actions.some(({ uid }) => keyOf(uid) === key) ? ok(world) : unknown(`action ${action}`)
}

/** Whether a schema, in its JSON form, has an entity type of this name. */
function isDeclared(schema: World['schemaJson'], type: string): boolean {
  const parts = type.split('::')
  const name = parts.pop() ?? ''
  const namespace: unknown = schema[parts.join('::')]
  if (typeof namespace !== 'object' || namespace === null || !('entityTypes' in namespace)) return false
  const { entityTypes } = namespace
  return typeof entityTypes === 'object' && entityTypes !== null && Object.hasOwn(entityTypes, name)
}
