import { describe, expect, it } from 'vitest'
import { parsePolicySet } from '@holdfast/policy/authoring'
import type { PolicySetJson } from '@holdfast/bundle'
import { until } from '../testing/control-plane.ts'
import { ada, ben, caught, review, testShop } from '../testing/shop.ts'

const shop = testShop()
const candidateId = '01900000-0000-7000-8000-00000000000c'

function candidateOf(text: string): { id: string; policies: PolicySetJson } {
  const parsed = parsePolicySet(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  const { staticPolicies = {} } = parsed.policies
  return { id: candidateId, policies: { staticPolicies, templates: {}, templateLinks: [] } }
}

/** A holdfast whose bundle carries this candidate. */
async function withCandidate(candidate: { id: string; policies: PolicySetJson }) {
  const { control } = shop
  const claims = control.claims.bind(control)
  control.claims = () => ({ ...claims(), candidate })
  return shop.connect()
}
const eventsOf = (kind: string) => shop.control.events.filter((event) => event.kind === kind)

interface Compared {
  readonly candidate: string
  readonly compared: number
  readonly skipped: number
  readonly differences: readonly { kind: string; action: string; count: number; samples: string[] }[]
}
const reports = () => eventsOf('decision.compared').map(({ data }) => data as unknown as Compared)

/** All reports as one: a slow machine may send several. */
function together(): Omit<Compared, 'candidate'> {
  const differences = new Map<string, Compared['differences'][number]>()
  let [compared, skipped] = [0, 0]
  for (const report of reports()) {
    compared += report.compared
    skipped += report.skipped
    for (const one of report.differences) {
      const key = `${one.kind} ${one.action}`
      const known = differences.get(key)
      const samples = [...(known?.samples ?? []), ...one.samples]
      differences.set(key, { ...one, count: (known?.count ?? 0) + one.count, samples })
    }
  }
  return { compared, skipped, differences: [...differences.values()] }
}

describe('a candidate in the application', () => {
  it('changes no answer, and what it would have said otherwise is counted, with samples', async () => {
    const holdfast = await withCandidate(
      candidateOf('@id("all") permit(principal, action == Action::"buy", resource);'),
    )
    expect(holdfast.can(ada, 'deleteReview', review('ben')).allowed).toBe(true)
    for (let n = 0; n < 10; n += 1) {
      expect(holdfast.can(ben, 'buy', { type: 'Product', id: '1' }, { quantity: 100 }).allowed).toBe(false)
    }
    expect(caught(() => holdfast.require(ben, 'deleteReview', review('ada')))).toMatchObject({ code: 'forbidden' })
    await holdfast.close()
    const data = together()
    expect(reports()[0]?.candidate).toBe(candidateId)
    expect(data).toMatchObject({ compared: 12, skipped: 0 })
    expect(data.differences).toEqual([
      expect.objectContaining({
        kind: 'would_deny',
        action: 'deleteReview',
        live: ['admins'],
        candidate: [],
        count: 1,
      }),
      expect.objectContaining({ kind: 'would_allow', action: 'buy', live: [], candidate: ['all'], count: 10 }),
    ])
    const samples = eventsOf('decision.differed')
    expect(samples.map(({ id }) => id).toSorted()).toEqual(data.differences.flatMap((one) => one.samples).toSorted())
    expect(samples).toHaveLength(3)
    expect(samples.at(-1)).toMatchObject({
      actor: { type: 'Person', id: 'ben' },
      reason: 'would_allow',
      data: {
        action: 'buy',
        decision: 'deny',
        via: 'can',
        context: { quantity: 100 },
        candidate: { id: candidateId, decision: 'allow', policies: ['all'] },
      },
    })
  })

  it('that fails is a difference, and that cannot be compiled is one at each decision; neither refuses anything', async () => {
    const failing = await withCandidate(
      candidateOf('@id("admins") permit(principal, action, resource) when { resource.nothing.at.all };'),
    )
    expect(failing.can(ada, 'deleteReview', review('ben')).allowed).toBe(true)
    await failing.close()
    expect(together().differences).toMatchObject([{ kind: 'would_deny', count: 1 }])
    shop.control.events.length = 0
    const broken = {
      id: candidateId,
      policies: { staticPolicies: { x: { effect: 'maybe' } }, templates: {}, templateLinks: [] },
    }
    const holdfast = await withCandidate(broken)
    expect(holdfast.can(ada, 'deleteReview', review('ben')).allowed).toBe(true)
    await holdfast.close()
    expect(together().differences).toMatchObject([{ kind: 'broken', count: 1 }])
  })

  it('that is expensive is asked within its share of time alone; what it was not asked is counted', async () => {
    // Each of the policies walks through a long condition: together they take much longer than the live ones.
    const long = Array.from({ length: 100 }, (_, n) => `context.quantity == ${n}`).join(' || ')
    const { policies } = candidateOf(`@id("p") forbid(principal, action, resource) when { ${long} };`)
    const staticPolicies = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`p${n}`, policies.staticPolicies['p']]),
    )
    const holdfast = await withCandidate({ id: candidateId, policies: { ...policies, staticPolicies } })
    const ends = performance.now() + 1_000
    let asked = 0
    for (; performance.now() < ends; asked += 1) {
      holdfast.can(ben, 'buy', { type: 'Product', id: '1' }, { quantity: 1_000 })
    }
    await holdfast.close()
    const { compared, skipped } = together()
    expect(compared + skipped).toBe(asked)
    expect(skipped).toBeGreaterThan(0)
  })

  it('is bounded in what it reports, whatever is asked', async () => {
    const holdfast = await withCandidate(candidateOf('@id("all") permit(principal, action, resource);'))
    for (let n = 0; n < 2_000; n += 1) holdfast.can(ben, `action-${n}-${'x'.repeat(300)}`, review('ada'))
    await holdfast.close()
    const { differences, compared, skipped } = together()
    expect(compared + skipped).toBe(2_000)
    expect(differences.reduce((sum, { count }) => sum + count, 0)).toBe(compared)
    for (const report of reports()) {
      expect(report.differences.length).toBeLessThanOrEqual(25)
      expect(JSON.stringify(report).length).toBeLessThan(16_000)
    }
    expect(eventsOf('decision.differed').length).toBeLessThanOrEqual(10 * reports().length)
  })

  it('is followed: another candidate is counted by itself', async () => {
    const { control } = shop
    const holdfast = await withCandidate(candidateOf('@id("all") permit(principal, action, resource);'))
    holdfast.can(ben, 'buy', review('ada'))
    const other = '01900000-0000-7000-8000-00000000000d'
    const before = control.claims.bind(control)
    control.claims = () => ({ ...before(), candidate: { ...candidateOf(''), id: other } })
    control.publish({})
    await until(() => {
      holdfast.can(ada, 'buy', review('ada'))
      return eventsOf('decision.compared').length > 0
    })
    await holdfast.close()
    expect(new Set(reports().map(({ candidate }) => candidate))).toEqual(new Set([candidateId, other]))
  })
})
