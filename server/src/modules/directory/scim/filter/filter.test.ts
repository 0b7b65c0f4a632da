import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimProblem } from '../problem.ts'
import type { Resource } from '../schema/attribute.ts'
import { schemaIds } from '../schema/find.ts'
import { userType } from '../schema/user.ts'
import { matches } from './evaluate.ts'
import { lookupOf } from './indexed.ts'
import { parseFilter, parsePath } from './parse.ts'
import { printFilter, printPath } from './print.ts'
import { type AttributePath, type Filter, operators } from './types.ts'

const schemas = schemaIds(userType)
const enterprise = schemas[1] ?? ''
const parse = (text: string) => parseFilter(text, schemas)

const bjensen: Resource = {
  schemas: [...schemas],
  id: '2819c223',
  userName: 'bJensen',
  externalId: 'Ext-1',
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  title: 'Tour Guide',
  userType: 'Employee',
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [{ type: 'work', locality: 'Hollywood' }],
  meta: { lastModified: '2011-05-13T04:42:34Z', resourceType: 'User' },
  [enterprise]: { department: 'Tours', manager: { value: '26118915', displayName: 'John' } },
}

describe('a filter', () => {
  it.each([
    ['userName eq "bjensen"', true],
    ['USERNAME EQ "BJENSEN"', true],
    ['userName eq "bjense"', false],
    [`name.familyName co "O'Malley"`, true],
    ['userName sw "B"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName ew "N"', true],
    ['title pr', true],
    ['nickName pr', false],
    ['not (nickName pr)', true],
    ['name pr and addresses pr and phoneNumbers pr', false],
    ['meta.lastModified gt "2011-05-13T04:42:33Z"', true],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified lt "2011-05-13T06:42:34+02:00"', false],
    ['meta.lastModified le "2011-05-13T06:42:34+02:00"', true],
    ['title pr and userType eq "Employee"', true],
    ['title pr or userType eq "Intern"', true],
    ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', true],
    ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
    ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', true],
    ['emails[type eq "home" and value co "@example.com"]', false],
    ['emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', true],
    ['emails[type eq "work"].value eq "BJENSEN@example.com"', true],
    ['emails[not (type eq "work")].value eq "babs@jensen.org"', true],
    ['emails[primary eq "True"].value sw "bj"', true],
    ['addresses[type eq "work"]', true],
    ['addresses[type eq "work"].locality eq "Hollywood"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
    [`${enterprise}:department eq "tours"`, true],
    [`${enterprise}:manager.value eq "26118915"`, true],
    [`${enterprise}:manager eq "26118915"`, true],
    ['department eq "Tours"', true],
    ['active eq true', true],
    ['active eq "False"', false],
    ['active ne false', true],
    ['externalId eq "ext-1"', false],
    ['externalId eq "Ext-1"', true],
    ['nickName eq null', true],
    ['title ne null', true],
    ['nobodyKnows eq "this"', false],
    ['urn:example:2.0:User:odd pr', false],
    ['id eq "1" or id eq "2819c223" and userType eq "Intern"', false],
    ['(id eq "1" or id eq "2819c223") and userType eq "Employee"', true],
    ['userName gt "a" and userName lt "c"', true],
    ['userName eq "a\\u0062"', false],
  ])('%s', (text, expected) => {
    expect(matches(parse(text), bjensen, userType)).toBe(expected)
    expect(parse(printFilter(parse(text)))).toEqual(parse(text))
  })

  it.each([
    '',
    'userName',
    'userName eq',
    'userName is "a"',
    'userName eq bjensen',
    'userName eq "a" and',
    'and userName pr',
    '(userName pr',
    'userName pr)',
    'not userName pr',
    'emails[type eq "work"',
    'emails[] eq "a"',
    'emails[type eq "work"] .value pr',
    'emails[type eq "work"].value.more pr',
    'userName eq "a',
    'userName eq "\u0001"',
    "userName eq 'a'",
    'userName eq 01',
    'userName eq "a\\q"',
    'userName eq "\\u0000"',
    '.value pr',
    'a.b.c pr',
    '1 eq 1',
    'active gt true',
    'active eq "perhaps"',
    'meta.lastModified gt "yesterday"',
    'title gt null',
    'title[value eq "a"]',
    'emails[value[type eq "a"] eq "b"]',
    `${'('.repeat(50)}userName pr${')'.repeat(50)}`,
    Array.from({ length: 201 }, () => 'id pr').join(' or '),
    `userName eq "${'a'.repeat(9000)}"`,
  ])('that is none is refused: %.60s', (text) => {
    expect(() => matches(parse(text), bjensen, userType)).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    )
  })

  it('of a long chain is read without a deep stack', () => {
    expect(matches(parse(Array.from({ length: 200 }, () => 'id pr').join(' and ')), bjensen, userType)).toBe(true)
  })

  it.each([
    ['userName eq "a"', { by: 'userName', value: 'a' }],
    ['active eq true and (externalId eq "b" and title pr)', { by: 'externalId', value: 'b' }],
    ['emails eq "a@b"', { by: 'emails', value: 'a@b' }],
    ['emails[type eq "work"].value eq "a@b"', { by: 'emails', value: 'a@b' }],
    ['emails[type eq "work" and value eq "a@b"]', { by: 'emails', value: 'a@b' }],
    ['userName eq "a" or id eq "b"', undefined],
    ['not (userName eq "a")', undefined],
    ['emails[not (value eq "a@b")]', undefined],
    ['userName sw "a"', undefined],
    [`${enterprise}:userName eq "a"`, undefined],
  ])('is narrowed down by what must be equal: %s', (text, expected) => {
    expect(lookupOf(parse(text), schemas[0] ?? '')).toEqual(expected)
  })
})

const name = fc.stringMatching(/^[a-zA-Z][\w-]{0,6}$/).filter((text) => !/^(not|and|or|pr)$/i.test(text))
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0 || 0),
  fc.boolean(),
  fc.constant(null),
)
const { filter } = fc.letrec<{ filter: Filter; path: AttributePath }>((tie) => ({
  path: fc.record({
    schema: fc.constantFrom(null, ...schemas, 'urn:example:x'),
    name,
    sub: fc.option(name, { nil: null }),
    where: fc.constant(null),
  }),
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      is: fc.constant('compare' as const),
      path: tie('path'),
      operator: fc.constantFrom(...operators),
      value,
    }),
    fc.record({ is: fc.constant('present' as const), path: tie('path') }),
    fc.record({ is: fc.constantFrom('and' as const, 'or' as const), left: tie('filter'), right: tie('filter') }),
    fc.record({ is: fc.constant('not' as const), of: tie('filter') }),
    fc
      .record({ path: tie('path'), where: tie('filter') })
      .map(({ path, where }): Filter => ({ is: 'some', path: { ...path, sub: null, where } })),
    fc
      .record({ path: tie('path'), where: tie('filter'), value })
      .map(({ path, where, value }): Filter => ({ is: 'compare', path: { ...path, where }, operator: 'eq', value })),
  ),
}))

const fragment = fc.oneof(
  fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '"',
    '\\',
    ' ',
    '.',
    ':',
    'not',
    'and',
    'or',
    'eq',
    'pr',
    'emails',
    'urn:',
    'true',
    '1e9',
  ),
  fc.constantFrom(...schemas),
  fc.string({ unit: 'binary', maxLength: 5 }),
)

describe('the parser', () => {
  it('reads what is printed as what it was', () => {
    fc.assert(
      fc.property(filter, (given) => {
        const text = printFilter(given)
        fc.pre(text.length <= 8192)
        try {
          expect(parse(text)).toEqual(given)
        } catch (error) {
          // Deeper or longer than the limits: refused, and not misread.
          if (!(error instanceof ScimProblem) || !/deeper|comparisons/.test(error.message)) throw error
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('either reads or refuses whatever comes, and evaluates what it reads', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 25 }), fc.constantFrom('', ' '), (parts, between) => {
        const text = parts.join(between)
        for (const read of [() => printPath(parsePath(text, schemas)), () => matches(parse(text), bjensen, userType)]) {
          try {
            read()
          } catch (error) {
            expect(error).toBeInstanceOf(ScimProblem)
          }
        }
      }),
      { numRuns: 3000 },
    )
  })
})
