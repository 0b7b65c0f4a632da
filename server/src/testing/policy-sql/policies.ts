import type { ActionScopeJson, PolicyJson, PolicySetJson, Request, ScopeJson, ValueJson } from '@holdfast/policy'
import { Expressions } from './expressions.ts'
import type { Random } from './random.ts'
import { FOREIGN_TEXTS, person, valueOf } from './values.ts'
import { FOLDERS, GROUPS, ROLES, TEAMS, type World } from './world.ts'

/** Up to five policies, forbids among them, and links of a template. */
export function randomPolicies(random: Random, world: World): PolicySetJson {
  const expressions = new Expressions(random, world)
  const policy = (resource: ScopeJson): PolicyJson => ({
    effect: random.chance(30) ? 'forbid' : 'permit',
    principal: principalScope(random, world),
    action: actionScope(random),
    resource,
    conditions: random.list(2, () => ({
      kind: random.chance(75) ? ('when' as const) : ('unless' as const),
      body: expressions.bool(3),
    })),
  })
  const statics = Array.from({ length: 1 + random.below(5) }, (_, at): [string, PolicyJson] => [
    `policy${at}`,
    policy(resourceScope(random)),
  ])
  const template = policy({ op: 'in', slot: '?resource' })
  return {
    staticPolicies: Object.fromEntries(statics),
    templates: { template },
    templateLinks: random
      .list(2, () => random.pick(FOLDERS))
      .map((id, at) => ({
        templateId: 'template',
        newId: `link${at}`,
        values: { '?resource': { type: 'Folder', id } },
      })),
  }
}

function principalScope(random: Random, world: World): ScopeJson {
  switch (random.below(6)) {
    case 0:
      return { op: '==', entity: { type: 'Person', id: random.pick(world.pool.people) } }
    case 1:
      return { op: 'in', entity: { type: 'Group', id: random.pick(GROUPS) } }
    case 2:
      return { op: 'is', entity_type: 'Person', in: { entity: { type: 'Role', id: random.pick(ROLES) } } }
    default:
      return { op: 'All' }
  }
}

function actionScope(random: Random): ActionScopeJson {
  const read = { type: 'Action', id: 'read' }
  switch (random.below(6)) {
    case 0:
      return { op: '==', entity: read }
    case 1:
      return { op: 'in', entities: [{ type: 'Action', id: 'any' }] }
    case 2:
      return { op: '==', entity: { type: 'Action', id: 'write' } }
    default:
      return { op: 'All' }
  }
}

function resourceScope(random: Random): ScopeJson {
  switch (random.below(7)) {
    case 0:
      return { op: '==', entity: { type: 'Document', id: `d${random.below(5)}` } }
    case 1:
      return { op: 'in', entity: { type: 'Folder', id: random.pick(FOLDERS) } }
    case 2:
      return { op: 'is', entity_type: 'Document', in: { entity: { type: 'Team', id: random.pick(TEAMS) } } }
    case 3:
      return { op: 'is', entity_type: random.pick(['Document', 'Document', 'Folder']) }
    default:
      return { op: 'All' }
  }
}

/** Who asks what, in which context. */
export function randomQuestion(
  random: Random,
  world: World,
): Omit<Request, 'resource'> & { readonly context: { readonly [name: string]: ValueJson } } {
  const { pool } = world
  const of = (kind: Parameters<typeof valueOf>[0]) => valueOf(kind, random, pool)
  const foreign = random.chance(20)
  return {
    principal: { type: 'Person', id: random.pick(pool.people) },
    action: { type: 'Action', id: random.chance(80) ? 'read' : 'write' },
    context: {
      n: of('long'),
      s: foreign ? random.pick(FOREIGN_TEXTS) : of('string'),
      ip: of('ip'),
      at: of('datetime'),
      lasts: of('duration'),
      price: of('decimal'),
      strings: foreign ? [random.pick(FOREIGN_TEXTS), 'a'] : of('strings'),
      longs: of('longs'),
      people: of('people'),
      // Ids that no column of the storage can hold.
      who: random.chance(15)
        ? person(random.pick(['no uuid', '1.5', '007', 'a\0', '9223372036854775808']))
        : of('person'),
      flag: random.chance(50),
      group: { __entity: { type: 'Group', id: random.pick(GROUPS) } },
    },
  }
}
