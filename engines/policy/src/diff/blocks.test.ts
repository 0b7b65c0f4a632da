import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, createEntities, type EntityJson, evaluate, type PolicySetJson, type Uid } from '../index.ts'
import { toRecord } from '../convert.ts'
import { policyJson, policySet, when } from '../testing/policies.ts'
import { worlds, type World } from '../testing/worlds.ts'
import type { RecordValue } from '../value.ts'
import { blocks, type Compared, type DiffOptions, type DiffSide, DiffTooLarge, type Block } from './index.ts'

const TYPES = ['Person', 'Group', 'Doc', 'Ns::Thing']
const ACTIONS = ['view', 'edit'].map((id) => ({
  action: { type: 'Action', id },
  principals: ['Person', 'Group'],
  resources: TYPES,
}))

function run(old: DiffSide, now: DiffSide, options: DiffOptions = {}): { found: Block[]; compared: Compared } {
  const found: Block[] = []
  const all = blocks(old, now, options)
  for (let step = all.next(); ; step = all.next()) {
    if (step.done === true) return { found, compared: step.value }
    if (step.value !== undefined) found.push(step.value)
  }
}

/** Each pair in words: what the blocks say, multiplied out. */
function pairs(found: readonly Block[]): string[] {
  return found
    .flatMap(({ kind, action, principals, resources }) =>
      principals.flatMap((p) => resources.map((r) => line(kind, p, action, r))),
    )
    .toSorted()
}

const line = (kind: string, p: Uid, { id }: Uid, r: Uid) => `${kind} ${p.type} ${p.id} ${id} ${r.type} ${r.id}`

/** Every principal, action and resource, one by one. */
function bruteForce(old: DiffSide, now: DiffSide, context: RecordValue | undefined): string[] {
  const out: string[] = []
  const distinct = (lists: readonly Uid[]) => [...new Map(lists.map((uid) => [`${uid.type} ${uid.id}`, uid])).values()]
  const allowed = (side: DiffSide, principal: Uid, action: Uid, resource: Uid) =>
    side.principals.some((uid) => uid.type === principal.type && uid.id === principal.id) &&
    side.resources.some((uid) => uid.type === resource.type && uid.id === resource.id) &&
    evaluate(side.set, { principal, action, resource, context }, side.entities, { onError: 'deny' }).decision ===
      'allow'
  for (const { action, principals } of ACTIONS) {
    for (const principal of distinct([...old.principals, ...now.principals])) {
      if (!principals.includes(principal.type)) continue
      for (const resource of distinct([...old.resources, ...now.resources])) {
        const [before, after] = [old, now].map((side) => allowed(side, principal, action, resource))
        if (before !== after) out.push(line(after === true ? 'gain' : 'loss', principal, action, resource))
      }
    }
  }
  return out.toSorted()
}

function side(policies: PolicySetJson, entities: readonly EntityJson[]): DiffSide {
  const uids = entities.map(({ uid }) => uid as Uid)
  return {
    set: compile(policies),
    entities: createEntities(entities),
    principals: uids.filter(({ type }) => type === 'Person' || type === 'Group'),
    resources: uids.filter(({ type }) => TYPES.includes(type)),
    actions: ACTIONS,
  }
}

/** The same world with other policies. */
const over = (base: DiffSide, policies: PolicySetJson): DiffSide => ({ ...base, set: compile(policies) })

const contextOf = ({ requests }: World) => toRecord(requests[0]?.context ?? {})

describe('what the comparison says is what comparing each request says', () => {
  it('for other policies over one world', () => {
    fc.assert(
      fc.property(worlds, worlds, (a, b) => {
        const old = side(a.policies, a.entities)
        const now = over(old, b.policies)
        const context = contextOf(a)
        const { found, compared } = run(old, now, { context: () => context })
        expect(compared.undecided.filter(({ reason }) => reason === 'context')).toEqual([])
        expect(pairs(found).filter((each) => known(each, old))).toEqual(bruteForce(old, now, context))
      }),
      { numRuns: 100 },
    )
  })

  it('for other policies over another world', () => {
    fc.assert(
      fc.property(worlds, worlds, (a, b) => {
        const [old, now] = [side(a.policies, a.entities), side(b.policies, b.entities)]
        const context = contextOf(b)
        const { found } = run(old, now, { context: () => context })
        expect(pairs(found).filter((each) => known(each, old, now))).toEqual(bruteForce(old, now, context))
      }),
      { numRuns: 100 },
    )
  })

  it('for other grants of the same policies', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.nat()), (a, changes) => {
        const old = side(a.policies, a.entities)
        const regrouped = a.entities.map((entity, at) =>
          changes[at % (changes.length || 1)] === 0 ? { ...entity, parents: [] } : entity,
        )
        const now = side(a.policies, regrouped)
        const context = contextOf(a)
        const { found } = run(old, now, { context: () => context })
        expect(pairs(found).filter((each) => known(each, old, now))).toEqual(bruteForce(old, now, context))
      }),
      { numRuns: 100 },
    )
  })

  it('where many are alike and some are named: by owners, teams, folders, each other', () => {
    fc.assert(
      fc.property(companies, fc.boolean(), ({ entities, others, old: before, now: after }, sameWorld) => {
        const old = side(chosen(before), entities)
        const now = sameWorld ? over(old, chosen(after)) : side(chosen(after), others)
        expect(pairs(run(old, now).found)).toEqual(bruteForce(old, now, undefined))
      }),
      { numRuns: 200 },
    )
  })

  it('and one that forgets the forbids is caught', () => {
    const noForbids = ({ staticPolicies = {}, ...more }: PolicySetJson): PolicySetJson => ({
      ...more,
      staticPolicies: Object.fromEntries(Object.entries(staticPolicies).filter(([, each]) => each.effect === 'permit')),
    })
    const caught = fc.check(
      fc.property(worlds, worlds, (a, b) => {
        const old = side(a.policies, a.entities)
        const now = over(old, b.policies)
        const context = contextOf(a)
        const broken = run(over(old, noForbids(a.policies)), over(old, noForbids(b.policies)), {
          context: () => context,
        })
        expect(pairs(broken.found)).toEqual(bruteForce(old, now, context))
      }),
      { numRuns: 1000, seed: 1, endOnFailure: true },
    )
    expect(caught.failed).toBe(true)
  })
})

const POOL = Object.values({
  owner: when('resource has owner && resource.owner == principal'),
  team: when('resource has team && principal in resource.team'),
  lead: when('resource has team && resource.team has lead && resource.team.lead == principal'),
  self: when('resource == principal'),
  boss: when('principal has boss && resource has owner && principal.boss == resource.owner'),
  pinned: when('principal has pinned && principal.pinned.contains(resource)'),
  folder: when('resource in Ns::Thing::"f0"'),
  back: when('resource has owner && resource.owner has pinned && resource.owner.pinned.contains(resource)'),
  tagged: when('resource.hasTag("for") && resource.getTag("for") == principal'),
  one: 'permit(principal == Person::"p1", action, resource == Doc::"d1");',
  named: when('Group::"g0" has lead && Group::"g0".lead == principal'),
  group: 'permit(principal in Group::"g1", action == Action::"view", resource is Doc);',
  secret: 'forbid(principal, action, resource) when { resource.secret } unless { principal in Group::"g0" };',
  mine: 'forbid(principal, action == Action::"edit", resource) when { resource has owner && resource.owner != principal };',
}).map((text) => policyJson(text))

const chosen = (numbers: readonly number[]): PolicySetJson => ({
  staticPolicies: Object.fromEntries([...POOL.entries()].filter(([at]) => numbers.includes(at))),
})

const reference = (type: string, prefix: string, most: number) =>
  fc.nat({ max: most }).map((at) => ({ __entity: { type, id: `${prefix}${at}` } }))
const person = reference('Person', 'p', 7)
const doc = reference('Doc', 'd', 9)

function alike(
  type: string,
  prefix: string,
  number: number,
  attrs: object,
  parents: object,
): fc.Arbitrary<EntityJson[]> {
  const one = (at: number) =>
    fc.record({
      uid: fc.constant({ type, id: `${prefix}${at}` }),
      attrs: fc.record(attrs, { requiredKeys: [] }),
      parents: fc.array(parents as fc.Arbitrary<{ __entity: Uid }>, { maxLength: 1 }),
      tags: fc.dictionary(fc.constant('for'), person, { maxKeys: type === 'Doc' ? 1 : 0 }),
    })
  return fc.tuple(...Array.from({ length: number }, (_, at) => one(at)))
}

/** Small companies in which most people and documents are alike. */
const company: fc.Arbitrary<EntityJson[]> = fc
  .tuple(
    alike('Group', 'g', 2, { lead: person }, reference('Group', 'g', 0)),
    alike(
      'Person',
      'p',
      8,
      {
        boss: fc.oneof(fc.constant({ __entity: { type: 'Person', id: 'p0' } }), person),
        pinned: fc.array(doc, { maxLength: 1 }),
      },
      reference('Group', 'g', 1),
    ),
    alike(
      'Doc',
      'd',
      10,
      { owner: person, team: reference('Group', 'g', 1), secret: fc.boolean() },
      reference('Ns::Thing', 'f', 1),
    ),
    alike('Ns::Thing', 'f', 2, { owner: person }, reference('Ns::Thing', 'g', 1)),
  )
  .map((lists) =>
    lists
      .flat()
      .map((entity) => ({ ...entity, parents: (entity.parents ?? []).filter((up) => upwards(entity.uid, up)) })),
  )

/** Parents come first, so that nobody is their own ancestor. */
function upwards(uid: unknown, parent: unknown): boolean {
  const [own, up] = [uid, Object.values(parent as object)[0]] as [Uid, Uid]
  return own.type !== up.type || up.id < own.id
}

const numbers = fc.uniqueArray(fc.nat({ max: POOL.length - 1 }), { maxLength: 6 })
const companies = fc.record({ entities: company, others: company, old: numbers, now: numbers })

/** Whether the resource is one of the world's, and not one that stands for others. */
function known(each: string, ...sides: readonly DiffSide[]): boolean {
  return sides.some(({ resources }) => resources.some(({ type, id }) => each.endsWith(` ${type} ${id}`)))
}

describe('a company', () => {
  const people = Array.from({ length: 60 }, (_, at) => ({ type: 'Person', id: `p${at}` }))
  const docs = Array.from({ length: 200 }, (_, at) => ({ type: 'Doc', id: `d${at}` }))
  const group = { type: 'Group', id: 'engineering' }
  const entities: EntityJson[] = [
    { uid: group },
    ...people.map((uid, at) => ({ uid, parents: at < 14 ? [group] : [] })),
    ...docs.map((uid, at) => ({
      uid,
      attrs: { owner: { __entity: people[at % 20] ?? group }, secret: at % 4 === 0, title: `Title ${at}` },
    })),
  ]
  const world: DiffSide = { ...side({}, entities), principals: people }
  const policies = (texts: { readonly [id: string]: string }): DiffSide => ({ ...world, set: policySet(texts) })
  const owners = 'permit(principal, action, resource is Doc) when { resource.owner == principal };'
  const view = 'action == Action::"view"'

  it('shares evaluations among whom and what no policy can tell apart', () => {
    const old = policies({ owners })
    const now = policies({
      owners,
      team: `permit(principal in Group::"engineering", ${view}, resource is Doc) unless { resource.secret };`,
    })
    const { found, compared } = run(old, now)
    expect(pairs(found)).toEqual(bruteForce(old, now, undefined))
    expect(pairs(found).length).toBe(14 * 150 - 10 * 10)
    // Members of the team and others meet what each owner has; beside them only the owner is asked about.
    expect(compared.extent.requests).toBe(60 * 200)
    expect(compared.extent.evaluations).toBe(20 * (2 + 1))
  })

  it('looks at what changed only', () => {
    const old = policies({ owners, other: 'permit(principal, action == Action::"edit", resource);' })
    const now = policies({ renamed: owners, other: 'permit(principal, action == Action::"edit", resource);' })
    expect(run(old, now)).toEqual({
      found: [],
      compared: {
        undecided: [],
        extent: { principals: 0, resources: 0, actions: 0, requests: 0, evaluations: 0 },
      },
    })
  })

  it('says what it cannot say', () => {
    const old = policies({})
    const now = policies({
      quick: `permit(principal, ${view}, resource is Doc) when { context.quick };`,
      things: `permit(principal, action == Action::"edit", resource is Ns::Thing) when { resource.open };`,
      every: `permit(principal in Group::"engineering", ${view}, resource is Ns::Thing);`,
    })
    const { found, compared } = run(old, now)
    expect(compared.undecided).toEqual([
      { action: 'view', resourceType: 'Doc', reason: 'context', policies: ['quick'] },
      { action: 'edit', resourceType: 'Ns::Thing', reason: 'resources', policies: ['things'] },
    ])
    // Nothing is known of any Thing, and nothing needs to be.
    expect(found).toMatchObject([{ kind: 'gain', anyResource: true, resourceType: 'Ns::Thing', because: ['every'] }])
    expect(found[0]?.principals).toHaveLength(14)
  })

  it('refuses what would take too long, before it begins', () => {
    const now = policies({ owners })
    expect(() => run(policies({}), now, { limit: 50 })).toThrow(DiffTooLarge)
    const narrow = { limit: 50, actions: ['view'], principals: people.slice(0, 1) }
    expect(run(policies({}), now, narrow).compared.extent.principals).toBe(1)
  })

  it('pauses often', () => {
    const titled = owners.replace('};', '&& resource.title != "" };')
    const all = blocks(policies({}), policies({ titled }))
    let pauses = 0
    for (const each of all) if (each === undefined) pauses++
    expect(pauses).toBeGreaterThan(0)
  })

  it('whoever is not there may nothing, on either side', () => {
    const everybody = 'permit(principal, action, resource is Doc);'
    const old = { ...policies({ everybody }), principals: people.slice(1), resources: docs.slice(0, 10) }
    const now = { ...policies({ everybody }), resources: docs.slice(0, 9) }
    const { found } = run(old, now, { actions: ['view'] })
    expect(pairs(found)).toEqual(bruteForce(old, now, undefined).filter((each) => each.includes(' view ')))
    expect(pairs(found)).toHaveLength(9 + 59)
  })
})
