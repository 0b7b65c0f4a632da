import { describe, expect, it } from 'vitest'
import { parsePolicySet } from '../authoring/index.ts'
import {
  compile,
  createEntities,
  explain,
  type Missing,
  type Nearest,
  type Request,
  type ValueJson,
  withLinks,
} from '../index.ts'
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
  it.each<[string, string, string, Omit<Nearest, 'policy' | 'failed'>]>([
    [
      'resource.author == principal',
      'resource.author == principal',
      'resource.author is Person::"bob"',
      { values: { 'resource.author': 'Person::"bob"', principal: 'Person::"alice"' } },
    ],
    [
      'resource.locked && resource.balance >= 100',
      'resource.balance >= 100',
      'resource.balance is 40',
      { values: { 'resource.balance': '40' } },
    ],
    ['!resource.locked', '!resource.locked', 'resource.locked is true', { values: { 'resource.locked': 'true' } }],
    [
      'resource.tags.contains("c")',
      'resource.tags.contains("c")',
      'resource.tags is ["a", "b"]',
      { values: { 'resource.tags': '["a", "b"]' } },
    ],
    [
      'resource.price.greaterThan(decimal("0.0"))',
      'resource.price.greaterThan(decimal("0.0"))',
      'resource.price is -0.5',
      { values: { 'resource.price': '-0.5' } },
    ],
    [
      'resource.since > datetime("2025-01-01")',
      'resource.since > datetime("2025-01-01")',
      'resource.since is 2024-02-29T00:00:00.000Z',
      { values: { 'resource.since': '2024-02-29T00:00:00.000Z' } },
    ],
    [
      'resource.balance * 2 > 100 && resource.locked',
      'resource.balance * 2 > 100',
      'resource.balance is 40',
      { values: { 'resource.balance': '40' } },
    ],
    [
      'resource.none == 1 && true',
      'resource.none == 1',
      '`Review::"r1"` has no attribute `none`',
      { missing: { what: 'attribute', of: uid('Review', 'r1'), name: 'none' } },
    ],
    [
      'context.mfa',
      'context.mfa',
      'the record has no attribute `mfa`',
      { missing: { what: 'attribute', of: null, name: 'mfa' } },
    ],
    [
      'Person::"nobody".age > 1',
      'Person::"nobody".age > 1',
      'entity `Person::"nobody"` does not exist',
      { missing: { what: 'entity', of: uid('Person', 'nobody') } },
    ],
    [
      'resource.getTag("t") == "x"',
      'resource.getTag("t") == "x"',
      '`Review::"r1"` has no tag `t`',
      { values: { resource: 'Review::"r1"' }, missing: { what: 'tag', of: uid('Review', 'r1'), name: 't' } },
    ],
  ])('when { %s }', (expression, failed, fact, more) => {
    const answer = why({ mine: when(expression) })
    expect(answer.decision).toBe('deny')
    expect(answer.nearest).toEqual({ policy: 'mine', failed, ...more })
    expect(answer.text).toBe(`Refused: the permit "mine" was nearest: it needs \`${failed}\`, and ${fact}.`)
  })

  it.each<[string, Missing]>([
    ['principal in Role::"editor"', { what: 'membership', of: uid('Person', 'alice'), in: [uid('Role', 'editor')] }],
    [
      'resource.author in [Group::"a", Group::"b"]',
      { what: 'membership', of: uid('Person', 'bob'), in: [uid('Group', 'a'), uid('Group', 'b')] },
    ],
    ['resource has gone', { what: 'attribute', of: uid('Review', 'r1'), name: 'gone' }],
    ['context has mfa', { what: 'attribute', of: null, name: 'mfa' }],
    ['principal.hasTag("team")', { what: 'tag', of: uid('Person', 'alice'), name: 'team' }],
  ])('says what is missing: %s', (expression, missing) => {
    expect(why({ mine: when(expression) }).nearest?.missing).toEqual(missing)
  })

  it.each([
    '!(principal in Group::"staff")',
    'principal in Group::"staff" && resource.balance > 50',
    '1 == 2',
    '[1].contains(2)',
  ])('does not say that something is missing where nothing is: %s', (expression) => {
    expect(why({ mine: when(expression) }).nearest).not.toHaveProperty('missing')
  })

  it('shows no value that is too long', () => {
    expect(why({ p: when('resource.text == "y"') }).text).toBe(
      'Refused: the permit "p" was nearest: it needs `resource.text == "y"`.',
    )
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

  it.each<[string, string, string, Missing | undefined]>([
    [
      'principal in Group::"admins"',
      'permit(principal in Group::"admins", action, resource);',
      'the principal to be in Group::"admins"',
      { what: 'membership', of: uid('Person', 'alice'), in: [uid('Group', 'admins')] },
    ],
    [
      'principal == Person::"bob"',
      'permit(principal == Person::"bob", action, resource);',
      'the principal to be Person::"bob"',
      undefined,
    ],
    [
      'principal is Service',
      'permit(principal is Service, action, resource) when { resource.none };',
      'the principal to be of type Service',
      undefined,
    ],
    [
      'resource is Order in Shelf::"s"',
      'permit(principal, action, resource is Order in Shelf::"s");',
      'the resource to be of type Order in Shelf::"s"',
      undefined,
    ],
    [
      'resource is Review in Shelf::"s"',
      'permit(principal, action, resource is Review in Shelf::"s");',
      'the resource to be of type Review in Shelf::"s"',
      { what: 'membership', of: uid('Review', 'r1'), in: [uid('Shelf', 's')] },
    ],
    [
      'resource == Review::"r2"',
      'permit(principal in Role::"x", action, resource == Review::"r2");',
      'the resource to be Review::"r2" and the principal to be in Role::"x"',
      undefined,
    ],
  ])('names the scope: %s', (failed, text, needs, missing) => {
    const answer = why({ p: text })
    expect(answer.nearest).toEqual({ policy: 'p', failed, ...(missing !== undefined && { missing }) })
    expect(answer.text).toBe(`Refused: the permit "p" was nearest: it needs ${needs}.`)
  })

  it('names the template of a link', () => {
    const parsed = parsePolicySet('@id("t") permit(principal == ?principal, action, resource in ?resource);')
    if (!parsed.ok) throw new Error('the template does not parse')
    const values = { '?principal': request.principal, '?resource': uid('Shelf', 's') }
    const set = withLinks(compile(parsed.policies), [{ templateId: 't', newId: 'grant-17', values }])
    expect(explain(set, request, entities)).toMatchObject({
      text: 'Refused: the permit "grant-17" (a link of the template "t") was nearest: it needs the resource to be in Shelf::"s".',
      nearest: {
        policy: 'grant-17',
        template: 't',
        missing: { what: 'membership', of: request.resource, in: [uid('Shelf', 's')] },
      },
    })
    const inside = createEntities([{ uid: uid('Review', 'r1'), parents: [uid('Shelf', 's')] }])
    expect(explain(set, request, inside).text).toBe('Permitted by policy "grant-17" (a link of the template "t").')
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
    expect(why(many).nearest).toMatchObject({ policy: 'p0', failed: 'principal == Person::"0"' })
  })

  it('names the forbid that decided', () => {
    const forbid =
      'forbid(principal, action, resource) when { resource.locked } unless { principal in Group::"admins" };'
    expect(why({ p: when('true'), frozen: forbid })).toEqual({
      decision: 'deny',
      reasons: ['frozen'],
      errors: [],
      nearest: null,
      text: 'Refused: forbidden by policy "frozen", because `resource.locked` and `!(principal in Group::"admins")` (resource.locked is true).',
    })
    const two = why({ a: 'forbid(principal, action, resource);', b: 'forbid(principal, action, resource);' })
    expect(two.text).toBe('Refused: forbidden by policies "a" and "b".')
  })

  it.each([
    [
      'when { context has no || resource.balance < 50 || resource.locked }',
      '`resource.balance < 50` (resource.balance is 40)',
    ],
    ['unless { resource.locked && resource.balance > 50 }', '`!(resource.balance > 50)` (resource.balance is 40)'],
    [
      'unless { resource.balance > 50 || principal in Group::"admins" }',
      '`!(resource.balance > 50)` and `!(principal in Group::"admins")` (resource.balance is 40)',
    ],
    [
      'when { resource.balance > 1 } when { resource.balance > 2 } when { resource.balance > 3 } when { true }',
      '`resource.balance > 1`, `resource.balance > 2`, `resource.balance > 3` and 1 more (resource.balance is 40)',
    ],
  ])('says what made a forbid hold: %s', (conditions, because) => {
    const answer = why({ f: `forbid(principal, action, resource) ${conditions};` })
    expect(answer.text).toBe(`Refused: forbidden by policy "f", because ${because}.`)
  })

  it('says whom a forbid without conditions is for', () => {
    const answer = why({ f: 'forbid(principal in Group::"staff", action == Action::"delete", resource is Review);' })
    expect(answer.text).toBe(
      'Refused: forbidden by policy "f", because `resource is Review` and `principal in Group::"staff"`.',
    )
    expect(why({ f: 'forbid(principal, action, resource);' }).text).toBe('Refused: forbidden by policy "f".')
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
