import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../index.ts'
import { withCedar } from './cedar.ts'
import { type Finding, format, inexactIntegers, parsePolicy, parsePolicySet, parseSchema, validate } from './index.ts'

const schema = `
  entity Group in [Group];
  entity Person in [Group] { "größe": Long, nick?: String };
  action view appliesTo { principal: Person, resource: Person, context: { mfa: Bool } };
`
const policy = 'permit(principal, action, resource);'
const when = (expression: string) => `permit(principal, action, resource) when { ${expression} };`

function findings(
  result: { readonly ok: true } | { readonly ok: false; readonly findings: readonly Finding[] },
): readonly Finding[] {
  return result.ok ? [] : result.findings
}

/** The part of the text that a finding is about. */
function marked(text: string, finding: Finding | undefined): string | null {
  return finding?.start && finding.end ? text.slice(finding.start.offset, finding.end.offset) : null
}

describe('parsePolicy', () => {
  it('gives the JSON form that compile takes', () => {
    const parsed = parsePolicy(
      'p',
      '@id("x") forbid(principal in Group::"g", action, resource) unless { context.mfa };',
    )
    expect(parsed).toMatchObject({ ok: true, effect: 'forbid', policy: { annotations: { id: 'x' } } })
    if (parsed.ok) expect(compile({ staticPolicies: { p: parsed.policy } }).policies).toHaveLength(1)
  })

  it.each([
    [policy, 'policy', []],
    ['permit(principal in ?principal, action, resource);', 'template', ['?principal']],
    [
      'forbid(principal == ?principal, action, resource is Person in ?resource);',
      'template',
      ['?principal', '?resource'],
    ],
    [
      `permit(principal, action, resource == ?resource) when { "?principal" == "" }; // ?principal`,
      'template',
      ['?resource'],
    ],
    [when('"?principal" like "?resource"'), 'policy', []],
    [`// ?principal\n${policy}`, 'policy', []],
  ])('tells policies from templates: %s', (text, kind, slots) => {
    expect(parsePolicy('p', text)).toMatchObject({ ok: true, kind, slots })
  })

  it.each([
    ['no policy', '', 'there is no policy in the text'],
    ['only a comment', '// permit(principal, action, resource);', 'there is no policy in the text'],
    ['two policies', `${policy}\n@id("b") ${policy}`, 'there must be exactly one policy: give each its own name'],
    [
      'a slot in a condition',
      'permit(principal == ?principal, action, resource) when { ?resource == ?resource };',
      'found template slot ?resource in a `when` clause',
    ],
    [
      'a slot of another place',
      'permit(principal == ?resource, action, resource);',
      'expected an entity uid or matching template slot, found ?resource instead of ?principal',
    ],
    [
      'a slot that there is none of',
      'permit(principal, action == ?action, resource);',
      'expected single entity uid, found template slot',
    ],
    ['half a policy', 'permit(principal', 'unexpected end of input'],
    ['an unknown function', when('sql("x") == 1'), '`sql` is not a valid function'],
    ['what the evaluator refuses', when('unknown("x")'), '`unknown` is not an operator of Cedar 4.5'],
    ['a lone surrogate', when('"\ud800" == ""'), 'the text is not valid Unicode (a lone surrogate)'],
    ['too long a text', `// ${'é'.repeat(33_000)}\n${policy}`, 'the text has 66040 bytes, at most 65536 are allowed'],
    ['too many operators', when(`${'1+'.repeat(2000)}1 == 1`), 'nested more than 500 deep'],
    ['too deep brackets', when(`${'('.repeat(41)}true${')'.repeat(41)}`), 'brackets are nested more than 40 deep'],
  ])('refuses %s', (_what, text, message) => {
    const [first] = findings(parsePolicy('p', text))
    expect(first).toMatchObject({ policy: 'p', severity: 'error', message })
  })

  it('refuses integers that the JSON form would round, and says where', () => {
    const text = `// 9007199254740993\n${when('"9007199254740993" == "" || principal.n == -9007199254740993')}`
    const found = findings(parsePolicy('p', text))
    expect(found.map((each) => [each.message, marked(text, each), each.start?.line])).toEqual([
      ['the integer 9007199254740993 is too large', '9007199254740993', 2],
    ])
    expect(inexactIntegers(text)).toEqual(['9007199254740993'])
    expect(parsePolicy('p', when('principal.n == 9007199254740991 || principal.n == 0000000000000000001')).ok).toBe(
      true,
    )
  })

  it('counts places in UTF-16 units and lines from 1, after text that is not ASCII', () => {
    const text = `// Größe 😀\npermit(principal, action, resource)\r\nwhen { "é😀" == principal. };`
    const [found] = findings(parsePolicy('p', text))
    expect(marked(text, found)).toBe('}')
    expect(found?.start).toEqual({ line: 3, column: 28, offset: text.indexOf('}') })
  })

  it('survives texts that end cedar-wasm, as every later text does', () => {
    const poison = when(`${'('.repeat(400)}true${')'.repeat(400)}`)
    // Unguarded, one such text would make every later call fail.
    expect(() => withCedar((cedar) => cedar.policyToJson(poison))).toThrow('too complex')
    expect(parsePolicy('p', policy).ok).toBe(true)
    const attacks = [
      poison,
      when('['.repeat(30_000)),
      when(`principal${'.a'.repeat(20_000)}`),
      when(`${'if true then true else '.repeat(2500)}true`),
      when(`${'if '.repeat(300)}true${' then true else false'.repeat(300)}`),
      when(Array.from({ length: 9000 }, () => 'true').join('||')),
      when(`${'!'.repeat(60_000)}true`),
      when(`"${'('.repeat(60_000)}`),
    ]
    for (const attack of attacks) {
      for (const use of [() => parsePolicy('p', attack), () => format(attack), () => validate({ p: attack }, schema)]) {
        expect(use).not.toThrow()
      }
      expect(parsePolicy('p', policy).ok).toBe(true)
      expect(validate({ p: policy }, schema)).toEqual([])
    }
  })

  it('answers any text with a policy or with findings', () => {
    const words = fc.constantFrom(
      'permit',
      '(',
      ')',
      'principal',
      ',',
      'action',
      'resource',
      ';',
      'when',
      '{',
      '}',
      '==',
      '1',
      '"a"',
      '.',
      '[',
      '@id("x")',
      '?principal',
      '//',
      '\n',
      'é',
      '\\',
      '"',
      '9999999999999999999',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (text) => {
          const parsed = parsePolicy('p', text)
          for (const { start, end } of findings(parsed)) {
            if (start === null || end === null) continue
            expect(start.offset).toBeGreaterThanOrEqual(0)
            expect(end.offset).toBeLessThanOrEqual(text.length)
            expect(end.offset).toBeGreaterThanOrEqual(start.offset)
          }
          expect(parsePolicySet(text)).toHaveProperty('ok')
        },
      ),
    )
  })
})

describe('parsePolicySet', () => {
  it('names policies by their annotation or by their place, in the order of the text past ten', () => {
    const text = Array.from({ length: 12 }, (_, at) => (at === 3 ? `@id("third") ${policy}` : when(`${at} == 0`))).join(
      '\n',
    )
    const ids = (naming?: 'position') => {
      const parsed = parsePolicySet(text, naming)
      return parsed.ok ? Object.keys(parsed.policies.staticPolicies ?? {}) : []
    }
    const places = Array.from({ length: 12 }, (_, at) => `policy${at}`)
    expect(ids('position')).toEqual(places)
    expect(ids()).toEqual(places.with(3, 'third'))
  })

  it('tells templates from policies', () => {
    const text = `@id("t") permit(principal, action, resource == ?resource); ${policy}`
    expect(parsePolicySet(text)).toMatchObject({
      ok: true,
      policies: { templates: { t: {} }, staticPolicies: { policy1: {} } },
    })
  })

  it('places findings in the whole text', () => {
    const text = `${policy} permit(principal, actio, resource);\n// é😀\n  ${when('"é" = 1')}`
    const found = findings(parsePolicySet(text))
    expect(found.map((each) => [each.policy, marked(text, each), each.start?.line, each.start?.column])).toEqual([
      ['policy1', 'actio', 1, 56],
      ['policy2', '"é" = 1', 3, 46],
    ])
  })

  it('refuses two of one id', () => {
    expect(findings(parsePolicySet(`@id("a")${policy}@id("a")${policy}`))[0]?.message).toBe(
      'there are two policies of this id',
    )
  })
})

describe('parseSchema', () => {
  it('refuses what the parser takes and the evaluator would fail on at every decision', () => {
    const chain = Array.from({ length: 150 }, (_, n) => `type T${n} = { a: T${n + 1} };`).join('\n')
    const [found] = findings(parseSchema(`${chain} type T150 = Long; entity A { t: T0 };`))
    expect(found?.message).toMatch(/nested more than 100 deep/)
  })

  it('gives the JSON form', () => {
    expect(parseSchema(schema)).toMatchObject({ ok: true, schema: { '': { actions: { view: {} } } } })
  })

  it.each([
    ['entity Person { "größe": Lang };', 'Lang'],
    ['entity Person;\nentity Person;', 'Person'],
    ['// é😀\nentity Person in [Grupp];', 'Grupp'],
    ['entity Person {', ''],
  ])('says what is wrong with %s', (text, about) => {
    const [found] = findings(parseSchema(text))
    expect([found?.policy, found?.severity, marked(text, found)]).toEqual([null, 'error', about])
  })
})

describe('validate', () => {
  it('finds nothing wrong with what is right', () => {
    expect(validate({ p: policy, q: when('principal has nick && principal.nick == "x"') }, schema)).toEqual([])
  })

  it('says what is wrong, where, and what was meant', () => {
    const text = when('"é😀" != principal.nic')
    const found = validate({ q: policy, p: text }, schema)
    expect(found.map((each) => [each.policy, each.message, each.help, marked(text, each)])).toEqual([
      ['p', 'attribute `nic` on entity type `Person` not found', 'did you mean `nick`?', 'principal.nic'],
    ])
  })

  it('tells warnings from errors', () => {
    const found = validate({ p: 'permit(principal is Group, action == Action::"view", resource);' }, schema)
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(['warning']))
  })

  it('refuses access to what may be missing', () => {
    expect(validate({ p: when('principal.nick == "x"') }, schema)[0]?.severity).toBe('error')
  })

  it('reports what does not parse, the schema and every policy', () => {
    const found = validate({ a: 'permit(', b: policy, c: `${policy}${policy}` }, 'entity {')
    expect(found.map((each) => each.policy)).toEqual([null, 'a', 'c'])
  })

  it('knows a policy of the name __proto__', () => {
    const policies = JSON.parse(`{"__proto__": ${JSON.stringify(when('principal.x == 1'))}}`) as {
      [name: string]: string
    }
    expect(validate(policies, schema).map((each) => each.policy)).toEqual(['__proto__'])
  })
})

describe('validate templates', () => {
  const shared = 'permit(principal == ?principal, action == Action::"view", resource in ?resource) when { '
  const uid = (type: string, id: string) => ({ type, id })
  const link = (principal: string, resource: string) => ({
    templateId: 't',
    newId: 'l',
    values: { '?principal': uid(principal, 'a'), '?resource': uid(resource, 'b') },
  })

  it('holds a template to every type that its slots may have', () => {
    expect(validate({ t: `${shared} context.mfa };` }, schema)).toEqual([])
    const text = `${shared} principal.nick == "x" };`
    const found = validate({ t: text }, schema)
    expect(found.map((each) => [each.policy, each.severity, marked(text, each)])).toEqual([
      ['t', 'error', 'principal.nick'],
    ])
  })

  it('holds a link to the types that can match', () => {
    const texts = { t: `${shared} context.mfa };` }
    expect(validate(texts, schema, [link('Person', 'Group')])).toEqual([])
    expect(validate(texts, schema, [link('Nobody', 'Group')])[0]).toMatchObject({ policy: 'l', severity: 'error' })
    expect(validate(texts, schema, [link('Group', 'Group')])).toMatchObject([{ policy: 'l', severity: 'warning' }])
  })

  it('refuses a link that fits no template', () => {
    const [found] = validate({ p: policy }, schema, [link('Person', 'Group')])
    expect(found).toMatchObject({ severity: 'error', message: 'templateLinks[0]: there is no template `t`' })
  })
})

describe('format', () => {
  it('puts a text in order and keeps its comments', () => {
    expect(format(`permit(principal,action,resource)when{true};// é`)).toEqual({
      ok: true,
      text: 'permit (principal, action, resource)\nwhen { true }; // é\n',
    })
    expect(findings(format('permit('))[0]?.message).toBe('unexpected end of input')
  })
})
