import { describe, expect, it } from 'vitest'
import { createEntities, explain, type Request, type ValueJson } from '../index.ts'
import { policySet, when } from '../testing/policies.ts'

const uid = (type: string, id: string) => ({ type, id })
const attrs: { readonly [name: string]: ValueJson } = {
  author: { __entity: uid('Person', 'bob') },
  balance: 40,
  locked: true,
  tags: ['a', 'b'],
  price: { __extn: { fn: 'decimal', arg: '-0.50' } },
  since: { __extn: { fn: 'datetime', arg: '2024-02-29' } },
  text: 'x'.repeat(200),
}
const entities = createEntities([
  { uid: uid('Person', 'alice'), parents: [uid('Group', 'staff')] },
  { uid: uid('Review', 'r1'), attrs },
])
const request: Request = {
  principal: uid('Person', 'alice'),
  action: uid('Action', 'delete'),
  resource: uid('Review', 'r1'),
}
const why = (texts: { readonly [id: string]: string }) => explain(policySet(texts), request, entities)

describe('explain a denial', () => {
  it.each([
    [
      'resource.author == principal',
      'resource.author == principal',
      'resource.author was Person::"bob", principal was Person::"alice"',
    ],
    ['resource.locked && resource.balance >= 100', 'resource.balance >= 100', 'resource.balance was 40'],
    ['!resource.locked', '!resource.locked', 'resource.locked was true'],
    ['resource.tags.contains("c")', 'resource.tags.contains("c")', 'resource.tags was ["a", "b"]'],
    [
      'resource.price.greaterThan(decimal("0.0"))',
      'resource.price.greaterThan(decimal("0.0"))',
      'resource.price was -0.5',
    ],
    [
      'resource.since > datetime("2025-01-01")',
      'resource.since > datetime("2025-01-01")',
      'resource.since was 2024-02-29T00:00:00.000Z',
    ],
    ['resource.none == 1 && true', 'resource.none == 1', '`Review::"r1"` has no attribute `none`'],
    ['context.mfa', 'context.mfa', 'the record has no attribute `mfa`'],
  ])('when { %s }', (expression, failed, values) => {
    const answer = why({ mine: when(expression) })
    expect(answer.decision).toBe('deny')
    expect(answer.nearest).toEqual({ policy: 'mine', failed })
    expect(answer.text).toBe(`Refused: policy "mine" requires \`${failed}\` (${values}).`)
  })

  it('shows no value that is too long', () => {
    expect(why({ p: when('resource.text == "y"') }).text).toBe('Refused: policy "p" requires `resource.text == "y"`.')
  })

  it('quotes a part of a long condition only', () => {
    const answer = why({
      p: when(Array.from({ length: 99 }, (_, at) => `resource.balance == ${at + 100}`).join(' || ')),
    })
    expect(answer.nearest?.failed.length).toBeGreaterThan(2000)
    expect(answer.text.length).toBeLessThan(400)
  })

  it('takes an unless apart', () => {
    const answer = why({
      p: 'permit(principal, action, resource) unless { resource.balance > 50 || resource.locked };',
    })
    expect(answer.nearest?.failed).toBe('!resource.locked')
  })

  it.each([
    ['principal in Group::"admins"', 'permit(principal in Group::"admins", action, resource);'],
    ['principal == Person::"bob"', 'permit(principal == Person::"bob", action, resource);'],
    ['principal is Service', 'permit(principal is Service, action, resource) when { resource.none };'],
    ['resource is Order in Shelf::"s"', 'permit(principal, action, resource is Order in Shelf::"s");'],
    ['resource == Review::"r2"', 'permit(principal, action, resource == Review::"r2");'],
  ])('names the scope: %s', (failed, text) => {
    expect(why({ p: text }).nearest).toEqual({ policy: 'p', failed })
  })

  it('chooses the permit that came furthest', () => {
    const texts = {
      other: 'permit(principal, action == Action::"view", resource);',
      order: 'permit(principal, action, resource is Order);',
      admins: 'permit(principal in Group::"admins", action, resource is Review);',
      first: 'permit(principal, action, resource) when { resource.balance > 100 && resource.locked };',
      further: 'permit(principal, action, resource) when { resource.locked && resource.balance > 100 };',
      same: 'permit(principal, action, resource) when { resource.locked && resource.balance > 200 };',
    }
    const order = ['further', 'first', 'admins', 'order']
    const left = new Map(Object.entries(texts))
    for (const policy of order) {
      expect(why(Object.fromEntries(left)).nearest?.policy).toBe(policy)
      left.delete(policy)
      left.delete('same')
    }
    expect(why(Object.fromEntries(left))).toMatchObject({
      nearest: null,
      text: 'Refused: no policy permits Action::"delete" on Review.',
    })
  })

  it('finds it in a large set too', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1200 }, (_, at) => [`p${at}`, `permit(principal == Person::"${at}", action, resource);`]),
    )
    expect(why({ ...many, mine: when('resource.author == principal') }).nearest?.policy).toBe('mine')
    expect(why(many).nearest).toBeNull()
  })

  it('names the forbid that decided', () => {
    const forbid =
      'forbid(principal, action, resource) when { resource.locked } unless { principal in Group::"admins" };'
    expect(why({ p: when('true'), frozen: forbid })).toEqual({
      decision: 'deny',
      reasons: ['frozen'],
      errors: [],
      nearest: null,
      text: 'Refused: forbidden by policy "frozen" when `resource.locked` unless `principal in Group::"admins"` (resource.locked was true, principal was Person::"alice").',
    })
    const two = why({ a: 'forbid(principal, action, resource);', b: 'forbid(principal, action, resource);' })
    expect(two.text).toBe('Refused: forbidden by policies "a" and "b".')
  })

  it('names the forbid that failed and denies for it', () => {
    const set = policySet({ p: when('true'), f: 'forbid(principal, action, resource) when { resource.none };' })
    expect(explain(set, request, entities, { onError: 'deny' }).text).toBe(
      'Refused: the forbid policy "f" could not be evaluated (`Review::"r1"` has no attribute `none`).',
    )
  })
})

describe('explain an allowance', () => {
  it('names the permits', () => {
    expect(why({ a: when('true') }).text).toBe('Permitted by policy "a".')
    const five = why(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, when('true')])))
    expect(five).toMatchObject({ nearest: null, text: 'Permitted by policies "a", "b", "c" and 2 more.' })
  })
})
