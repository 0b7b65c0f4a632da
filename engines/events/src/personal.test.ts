import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { about, completeEvent, EdgeEvent, limits, UnsequencedEvent, valueAt } from './index.ts'

const ada = { type: 'Person', id: 'ada' }
const stamp = { id: '01907f3e-1111-7111-8111-111111111111', time: new Date('2026-01-02T03:04:05.678Z') }
const complete = (data: Record<string, unknown>) => completeEvent({ kind: 'a.b', outcome: 'success', data }, stamp)

describe('what about() marks', () => {
  it('is taken out of its mark at any depth, and its place is told', () => {
    const event = complete({
      email: about(ada, 'ada@x.org'),
      list: [1, { 'a/b': about({ type: 'Service', id: 's' }, 'x') }],
    })
    expect(event.data).toEqual({ email: 'ada@x.org', list: [1, { 'a/b': 'x' }] })
    expect(event.personal).toEqual([
      { pointer: '/email', subject: 'Person/ada' },
      { pointer: '/list/1/a~1b', subject: null },
    ])
    expect(UnsequencedEvent.parse(event)).toEqual(event)
    expect(EdgeEvent.safeParse({ ...event, application: 'shop' }).success).toBe(true)
  })

  it.each(['', 'a\u0000b', 'n'.repeat(256), '\ud800'])('is of nobody that we know, for %j', (id) => {
    expect(complete({ email: about({ type: 'Person', id }, 'ada@x.org') }).personal).toEqual([
      { pointer: '/email', subject: null },
    ])
  })

  it('is scrubbed like everything else', () => {
    const event = complete({ note: about(ada, 'password=hunter2 of Ada'), password: about(ada, 'hunter2') })
    expect(JSON.stringify(event)).not.toContain('hunter2')
    expect(event.personal?.map(({ pointer }) => typeof valueAt(event.data, pointer))).toEqual(['string', 'string'])
  })

  it.each([
    ['too deep', { a: { b: { c: { d: { e: { f: { g: { h: { i: about(ada, 'tell-tale') } } } } } } } } }],
    ['under a name that is cut', { ['n'.repeat(300)]: about(ada, 'tell-tale') }],
    [
      'too many',
      Object.fromEntries(Array.from({ length: limits.personal + 1 }, (_, n) => [`n${n}`, about(ada, 'tell-tale')])),
    ],
    [
      'in data too large',
      { big: 'x '.repeat(2000), e: Array.from({ length: 9 }, () => 'y '.repeat(2000)), a: about(ada, 'tell-tale') },
    ],
  ])('goes with all data when its place is lost: %s', (_, data) => {
    const event = complete(data)
    expect(JSON.stringify(event)).not.toContain('tell-tale')
    expect(Object.keys(event.data)[0]).toBe('omitted')
    expect(event.personal).toBeUndefined()
  })

  it('does not hold up data that contains itself, getters that throw, or more than anybody can look at', () => {
    const self: Record<string, unknown> = { mark: about(ada, 'tell-tale') }
    self['self'] = self
    const event = complete(self)
    expect(JSON.stringify(event.data)).toContain('[circular]')
    expect(event.personal).toEqual([{ pointer: '/mark', subject: 'Person/ada' }])
    const hostile = {
      mark: about(ada, 'tell-tale'),
      get boom(): string {
        throw new Error('no')
      },
    }
    expect(JSON.stringify(complete({ hostile }))).not.toContain('tell-tale')
    let wide: unknown = about(ada, 'tell-tale')
    for (let depth = 0; depth < 40; depth += 1) wide = [wide, wide, wide]
    expect(JSON.stringify(complete({ wide }))).not.toContain('tell-tale')
    const many = Array.from({ length: 20_000 }, (_, index) => (index === 19_999 ? about(ada, 'tell-tale') : index))
    expect(JSON.stringify(complete({ many }))).not.toContain('tell-tale')
    expect(JSON.stringify(complete({ map: new Map([['a', about(ada, 'tell-tale')]]) }))).not.toContain('tell-tale')
  })

  it('is told of whatever it stands in', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.constant(about(ada, 'tell-tale')),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 5 }), tie('any'), { maxKeys: 3 }),
      ),
    })).any
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 5 }), value), (data) => {
        const event = complete(data)
        const marked = new Set(event.personal?.map(({ pointer }) => pointer))
        expect(event.personal?.length ?? 0).toBe(marked.size)
        for (const [pointer, text] of texts(event.data)) {
          if (text === 'tell-tale') expect(marked).toContain(pointer)
        }
      }),
    )
  })
})

describe('marks that come with an event', () => {
  const said = { kind: 'a.b', outcome: 'success', data: { email: 'ada@x.org', n: 1 } } as const
  it('are kept where a text is', () => {
    const personal = [{ pointer: '/email', subject: 'Person/ada' }]
    expect(completeEvent({ ...said, personal }, stamp)).toMatchObject({ data: said.data, personal })
  })

  it.each(['/nothing', '/n', '/__proto__', '/email/length'])('take the data with them where none is: %s', (pointer) => {
    const event = completeEvent({ ...said, personal: [{ pointer, subject: null }] }, stamp)
    expect(event.data).toEqual({ omitted: 'personal_data_unmarkable' })
  })

  it.each([
    ['a pointer that is none', { pointer: 'email', subject: null }],
    ['the whole data', { pointer: '', subject: null }],
    ['a broken escape', { pointer: '/a~2', subject: null }],
    ['a subject that is no person', { pointer: '/email', subject: 'Service/s' }],
    ['a subject without an id', { pointer: '/email', subject: 'Person/' }],
  ])('are refused: %s', (_, mark) => {
    const event = completeEvent(said, stamp)
    expect(UnsequencedEvent.safeParse({ ...event, personal: [mark] }).success).toBe(false)
  })
})

function* texts(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    yield* texts(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }
}
