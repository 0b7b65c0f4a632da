import fc from 'fast-check'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CorpusFiles } from '../corpus/files.ts'
import { casesIn, readCase } from './cases.ts'
import { readEntities } from './entities.ts'
import { readPolicies } from './policies.ts'
import { clashing, renamed } from './rename.ts'
import { type Suite, suitesOf, Unplayable } from './suite.ts'

const [first, second] = [
  'permit (principal, action, resource);',
  'forbid (principal, action, resource) when { context.no };',
]
const json = {
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: '==', entity: { type: 'Action', id: 'view' } },
  resource: { op: 'is', entity_type: 'Doc' },
  conditions: [],
}

describe('policies', () => {
  it.each([
    ['one text', `${first}\n// a comment\n${second}`, ['policy0', 'policy1']],
    ['a list of texts', [first, second], ['policy0', 'policy1']],
    [
      'a list of objects',
      [
        { id: 'A b', policy: first },
        { name: 'two', text: second },
      ],
      ['a-b', 'two'],
    ],
    ['an object of texts', { 'A/1': first, 'A.1': second }, ['a-1', 'a-1-1']],
    ['a policy set', { staticPolicies: { x: first }, templates: {} }, ['x']],
  ])('%s', (_what, given, names) => {
    const texts = readPolicies(given)
    expect([...texts.keys()]).toEqual(names)
    expect([...texts.values()]).toEqual(names.length === 1 ? [first] : [first, second])
  })

  it("Cedar's JSON form, wherever a text may stand", () => {
    for (const given of [json, [json], { view: json }, { staticPolicies: { view: json } }, [{ id: 'view', json }]]) {
      const [text] = readPolicies(given).values()
      expect(text).toMatch(/permit\s*\(\s*principal,\s*action == Action::"view",\s*resource is Doc\s*\)/)
    }
  })

  it('links of templates, written out', () => {
    const template = 'permit (principal == ?principal, action, resource in ?resource);'
    const values = { '?principal': { type: 'User', id: 'a' }, '?resource': { __entity: { type: 'Folder', id: 'f' } } }
    const link = { templateId: 't', newId: 'L 1', values }
    const texts = readPolicies({ staticPolicies: { s: first }, templates: { t: template }, templateLinks: [link] })
    expect([...texts.keys()]).toEqual(['s', 'l-1'])
    expect(texts.get('l-1')).toMatch(/principal == User::"a",\s*action,\s*resource in Folder::"f"/)
    expect(() => readPolicies({ t: template }, [{ ...link, templateId: 'none' }])).toThrow(/no link/)
  })

  it('nothing else', () => {
    expect(() => readPolicies({ a: 1 })).toThrow(/policy a/)
    expect(() => readPolicies({ a: { effect: 'permit', principal: {} } })).toThrow(/policy a/)
  })
})

describe('entities', () => {
  const alice = { uid: { type: 'NS::User', id: 'a"b' }, attrs: { n: 1 }, parents: [{ type: 'Team', id: 't' }] }

  it.each([
    ['plain uids', [alice]],
    ['escaped uids', [{ ...alice, uid: { __entity: alice.uid }, parents: [{ __entity: { type: 'Team', id: 't' } }] }]],
    ['uids as Cedar writes them', [{ ...alice, uid: 'NS::User::"a\\"b"', parents: ['Team::"t"'] }]],
    ['an object by uid', { 'NS::User::"a\\"b"': { attrs: { n: 1 }, parents: ['Team::"t"'] } }],
    ["AuthZEN's form", [{ type: 'NS::User', id: 'a"b', properties: { n: 1 }, parents: alice.parents }]],
  ])('%s', (_what, given) => {
    expect(readEntities(given)).toEqual([alice])
  })

  it('nothing else', () => {
    for (const given of ['text', [1], [{ uid: 'User' }], [{ uid: { type: 'User' } }]]) {
      expect(() => readEntities(given)).toThrow()
    }
  })
})

const subject = { type: 'user', id: 'a' }
const resource = { type: 'doc', id: '1' }
const action = { name: 'view' }
const whole = { subject, action, resource }
const some = [{ type: 'doc', id: '1' }]

describe('cases', () => {
  it.each([
    ['a whole request', whole, true, {}, 'evaluation'],
    ['evaluations', { subject, evaluations: [{}] }, [true], {}, 'evaluations'],
    ['a subject without id', { ...whole, subject: { type: 'user' } }, { results: [] }, {}, 'search/subject'],
    ['a resource without id', { ...whole, resource: { type: 'doc' } }, { results: some }, {}, 'search/resource'],
    ['no action', { subject, resource }, { results: [{ name: 'view' }] }, {}, 'search/action'],
    ['no action, and a bare list', { subject, resource }, [{ name: 'view' }], {}, 'search/action'],
    ['no action, and an empty list', { subject, resource }, [], {}, 'search/action'],
    ['an id that is ignored', whole, { results: some }, {}, 'search/resource'],
    ['an id that is ignored', whole, { results: [{ type: 'user', id: 'b' }] }, {}, 'search/subject'],
    ['a refusal', { subject, resource }, { status: 400 }, {}, 'evaluation'],
    ['a refusal of a batch', { subject, evaluations: 1 }, 400, {}, 'evaluations'],
    ['what it says itself', { subject, resource }, 400, { endpoint: 'search/action' }, 'search/action'],
    ['a path', whole, 400, { path: '/access/v1/search/subject' }, 'search/subject'],
    ['a path', whole, true, { path: 'POST /access/v1/evaluations' }, 'evaluations'],
    ['a path', { subject, resource }, false, { url: 'https://pdp/access/v1/evaluation' }, 'evaluation'],
    ['another name', whole, { results: [] }, { api: 'resource-search' }, 'search/resource'],
  ])('%s', (_what, request, expected, more, endpoint) => {
    expect(readCase({ request, expected, ...more }, 'cases', 0).endpoint).toBe(endpoint)
  })

  it.each([
    [true, { kind: 'decision', decision: true }],
    ['Deny', { kind: 'decision', decision: false }],
    [
      { decision: true, context: {} },
      { kind: 'decision', decision: true },
    ],
    [{ evaluations: [{ decision: true }, { decision: false }] }, { kind: 'decisions', decisions: [true, false] }],
    [[{ decision: true }, false], { kind: 'decisions', decisions: [true, false] }],
    [
      { results: [{ type: 'doc', id: '1', more: 1 }, { name: 'view' }, 'x'] },
      { kind: 'results', results: ['doc 1', 'view', 'x'] },
    ],
    [403, { kind: 'status' }],
  ])('expected %j', (expected, read) => {
    expect(readCase({ request: whole, expected }, 'cases', 0).expected).toEqual(read)
  })

  it.each([
    [{ input: whole, expect: 'allow' }, 200, 'decision'],
    [{ request: whole, decision: false }, 200, 'decision'],
    [{ request: whole, expected: { status: 200, body: { decision: true } } }, 200, 'decision'],
    [{ request: whole, response: { status: 403, body: { title: 'x' } } }, 403, 'status'],
    [{ request: whole, expectedStatus: 400 }, 400, 'status'],
    [{ request: whole, expected: 200 }, 200, 'status'],
  ])('written as %j', (json, status, kind) => {
    expect(casesIn({ cases: [json] })).toHaveLength(1)
    expect(readCase(json, 'cases', 0)).toMatchObject({ status, expected: { kind }, request: whole })
  })

  it('are found in the lists of the interop files as well, and in nothing else', () => {
    const one = { request: whole, expected: true }
    expect(casesIn({ evaluation: [one], evaluations: [one, 1, {}], search: [one] })).toHaveLength(3)
    expect(casesIn({ name: 'package', tests: {}, cases: ['x'] })).toEqual([])
  })

  it('that expect nothing comparable are refused, and whatever JSON it is never more than that', () => {
    expect(() => readCase({ request: whole, expected: { foo: 1 } }, 'cases', 0)).toThrow(/compare/)
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (request, expected) => {
        try {
          expect(readCase({ request, expected }, 'cases', 0).endpoint).toMatch(/evaluation|search/)
        } catch (error) {
          expect(String(error)).toMatch(/nothing to compare/)
        }
      }),
    )
  })
})

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-authzen-read-'))
afterAll(() => rmSync(scratch, { recursive: true }))

async function read(files: Readonly<Record<string, unknown>>, name = 'a.json'): Promise<(Suite | Unplayable)[]> {
  const folder = mkdtempSync(join(scratch, 'f-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const corpus = await CorpusFiles.open(folder)
  const suites: (Suite | Unplayable)[] = []
  for await (const suite of suitesOf(corpus, name, JSON.parse(await corpus.text(name)))) suites.push(suite)
  return suites
}

describe('files', () => {
  const cases = [{ request: whole, expected: true }]

  it('bring policies themselves, name a file of them, or lie beside one', async () => {
    const inside = await read({ 'a.json': { policies: first, cases } })
    const named = await read(
      { 'x/a.json': { policies: 'p.cedar', entities: 'e.json', cases }, 'x/p.cedar': first, 'x/e.json': [] },
      'x/a.json',
    )
    const beside = await read({
      'a.json': { evaluation: cases },
      'policies.cedar': first,
      'schema.cedarschema': 'entity user;',
    })
    for (const [suite] of [inside, named, beside]) {
      if (suite === undefined || suite instanceof Unplayable) throw suite ?? new Error('none')
      expect([...suite.policies.values()]).toEqual([first])
      expect(suite.cases).toHaveLength(1)
    }
    expect(beside[0]).toMatchObject({ schema: 'entity user;' })
  })

  it('may hold several suites, or no cases at all', async () => {
    expect(
      await read({
        'a.json': [
          { policies: first, cases },
          { policies: second, cases },
        ],
      }),
    ).toHaveLength(2)
    expect(await read({ 'a.json': { policies: first, suites: [{ cases }, { cases }] } })).toHaveLength(2)
    expect(await read({ 'a.json': { name: 'x' } })).toEqual([])
    expect(await read({ 'a.json': [1, null] })).toEqual([])
  })

  it('that bring no policies are skipped, and those that are wrong fail for each of their cases', async () => {
    const [none] = await read({ 'a.json': { cases } })
    expect(none).toMatchObject({ cases: 1, skipped: true })
    const [wrong] = await read({ 'a.json': { policies: { a: 1 }, cases: [...cases, ...cases] } })
    expect(wrong).toMatchObject({ cases: 2, skipped: false })
  })
})

describe('names that are taken', () => {
  it('are replaced in policies, schema, entities, requests and results, and nowhere else', async () => {
    const [suite] = await read({
      'a.json': {
        policies: [
          'permit (principal in Group::"admins", action, resource is Role) when { resource.kind == "Group" };',
          'permit (principal == NS::Group::"x", action, resource);',
        ],
        schema:
          'entity Group in [Group]; entity User in [Group]; entity Role { kind: String }; action view appliesTo { principal: User, resource: Role };',
        entities: [
          {
            uid: { type: 'Role', id: 'Group' },
            attrs: { kind: 'Group', type: 'Group' },
            parents: [{ type: 'Group', id: 'Role' }],
          },
        ],
        cases: [
          {
            request: { subject: { type: 'Group', id: '1' }, action, resource: { type: 'Role' } },
            expected: { results: [{ type: 'Role', id: 'Group' }] },
          },
        ],
      },
    })
    if (suite === undefined || suite instanceof Unplayable) throw suite ?? new Error('none')
    const names = clashing(suite)
    expect([...names]).toEqual([
      ['Group', 'OwnGroup'],
      ['Role', 'OwnRole'],
    ])
    const other = renamed(suite, names)
    expect([...other.policies.values()].join(' ')).toMatch(
      /in OwnGroup::"admins".*is OwnRole.*"Group".*NS::Group::"x"/s,
    )
    expect(other.schema).toMatch(/entity OwnGroup.*entity OwnRole|entity OwnRole.*entity OwnGroup/s)
    expect(other.entities).toEqual([
      {
        uid: { type: 'OwnRole', id: 'Group' },
        attrs: { kind: 'Group', type: 'Group' },
        parents: [{ type: 'OwnGroup', id: 'Role' }],
      },
    ])
    expect(other.cases[0]).toMatchObject({
      request: { subject: { type: 'OwnGroup', id: '1' }, resource: { type: 'OwnRole' } },
      expected: { results: ['OwnRole Group'] },
    })
  })
})
