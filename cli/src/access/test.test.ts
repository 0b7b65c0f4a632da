import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../failure.ts'
import { holdfast, scripted } from '../testing/run.ts'
import { readSuite } from './suite.ts'
import { readYaml } from './yaml-file.ts'

const shop = fileURLToPath(new URL('../../../examples/shop/holdfast', import.meta.url))

const schema = `
entity Group in [Group]; entity Role in [Role]; entity Person in [Group, Role];
entity Folder; entity Doc in [Folder] { owner: Person, open?: Bool };
action read, edit appliesTo { principal: Person, resource: Doc };
action approve appliesTo { principal: Person, resource: Doc, context: { now: datetime, amount: Long } };
`
const policies = {
  owners: 'permit(principal, action, resource is Doc) when { resource.owner == principal };',
  open: 'permit(principal, action == Action::"read", resource) when { resource has open && resource.open };',
  editors: 'permit(principal in Role::"editor", action == Action::"edit", resource);',
  approvers: `permit(principal in Group::"board", action == Action::"approve", resource)
    when { context.amount < 100 && context.now < datetime("2027-01-01") };`,
  share: 'permit(principal == ?principal, action == Action::"read", resource in ?resource);',
}
const head = `
groups: { board: }
roles: { editor: , chief: { in: [editor] } }
principals: { ada: , bob: { groups: [board] }, cyd: { id: c-1, roles: [chief] } }
entities: { drawer: { type: Folder } }
resources:
  memo: { type: Doc, in: [drawer], attributes: { owner: ada } }
  leaflet: { type: Doc, attributes: { owner: 'Person::"c-1"', open: true } }
`

/** A directory with the rules above and these tests. */
function folder(tests: string, more: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-policy-test-'))
  mkdirSync(join(root, 'policies'))
  writeFileSync(join(root, 'app.cedarschema'), schema)
  for (const [name, text] of Object.entries(policies)) writeFileSync(join(root, 'policies', `${name}.cedar`), text)
  writeFileSync(join(root, 'a.policy-test.yaml'), head + tests)
  for (const [name, text] of Object.entries(more)) writeFileSync(join(root, name), text)
  return root
}

const run = (cwd: string, ...words: string[]) => holdfast(['access', 'test', ...words], { cwd })

const good = `
now: 2026-11-22T12:00:00Z
grants:
  - { to: bob, template: share, resource: drawer, until: 2026-11-23T00:00:00Z }
tests:
  - name: reading
    expect:
      memo: { ada: { read: allow }, bob: { read: { decision: allow, by: share } }, '*': { read: deny } }
      leaflet: { '*': { read: allow } }
  - name: later
    now: 2026-11-23T00:00:00Z
    expect: { memo: { bob: { read: deny } } }
  - name: editing
    expect: { memo: { 'ada, cyd': { edit: allow }, '*': { edit: deny } } }
  - name: approving
    context: { amount: 99 }
    expect: { memo: { bob: { approve: allow }, cyd: { '*': deny, edit: allow } } }
`

describe('holdfast access test', () => {
  it('holds for the shop, and every policy of the shop decides something', async () => {
    const { code, out, error } = await run(shop, '--min-coverage', '100')
    expect(`${error}${out}`).toContain('as expected, 0 not.')
    expect(code).toBe(0)
  })

  it('knows groups, roles, folders, grants for a time, templates and the time itself', async () => {
    const { code, out, error } = await run(folder(good))
    expect(error).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('memo     ada  allow\n')
    expect(out).toContain('5 of 5 policies decided something.')
    expect(out).toContain('approvers: nothing failed by `context.amount < 100` alone')
  })

  it('says in words why something is not as expected, and where that stands', async () => {
    const tests = `
tests:
  - name: wrong
    expect:
      memo:
        bob: { read: allow }
        ada: { read: { decision: allow, by: [open] } }
`
    const { code, out } = await run(folder(tests), '--quiet')
    expect(code).toBe(1)
    expect(out).toContain('a.policy-test.yaml:14:16 wrong: bob read memo\n  expected allow, decided deny\n  Refused: ')
    expect(out).toContain('allow as expected, but by owners and not by open')
    expect(out).toContain('2 decisions: 0 as expected, 2 not.')
  })

  it('tells CI systems in their own forms', async () => {
    const root = folder('tests: [{ name: "a <b> # c", expect: { memo: { bob: { read: allow, edit: deny } } } }]')
    const junit = await run(root, '--report', 'junit')
    expect(junit.code).toBe(1)
    expect(junit.out).toContain('tests="2" failures="1"')
    expect(junit.out).toContain('classname="a &lt;b&gt; # c" name="bob read memo"')
    const tap = await run(root, '--report', 'tap')
    expect(tap.out).toMatch(/^TAP version 14\n1\.\.2\nnot ok 1 - a <b> \\# c: bob read memo\n {2}---\n[^]*ok 2 - /)
    const json = await run(root, '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      suites: [
        {
          results: [
            { principal: 'bob', decision: 'deny', expected: 'allow', passed: false, line: 9 },
            { passed: true },
          ],
        },
      ],
    })
  })

  it('fails when too few policies are tried', async () => {
    const root = folder('tests: [{ name: a, expect: { memo: { ada: { read: allow } } } }]')
    expect(await run(root, '--min-coverage', '20')).toMatchObject({ code: 0 })
    expect(await run(root, '--min-coverage', '21')).toMatchObject({ code: 1 })
  })

  it('asks the policies that an application has now', async () => {
    const server = await scripted(({ path }) =>
      path.endsWith('/schema')
        ? { body: { text: schema, version: 1, updatedAt: '2026-11-22T12:00:00Z' } }
        : {
            body: {
              items: [{ name: 'all', text: 'permit(principal, action, resource);', effect: 'permit' }],
              next: null,
            },
          },
    )
    const tests = 'tests: [{ name: a, expect: { memo: { bob: { read: { decision: allow, by: all } } } } }]'
    const { code, error } = await run(folder(tests), '--application', 'shop', '--url', server.url)
    await server.close()
    expect([code, error]).toEqual([0, ''])
  })
})

describe('what is wrong with a file is said with its line', () => {
  const one = (table: string) => `tests: [{ name: a, expect: ${table} }]`
  it.each([
    ['an unknown field', 'tests: []\nsuits: []', 'a.policy-test.yaml:10:1 suits: there is no such field'],
    ['an unknown principal', one('{ memo: { eve: { read: deny } } }'), 'there is no principal eve'],
    ['an unknown resource', one('{ memos: { ada: { read: deny } } }'), 'there is no resource memos'],
    ['an unknown action', one('{ memo: { ada: { reed: deny } } }'), 'the schema has no action reed'],
    ['an unknown decision', one('{ memo: { ada: { read: yes } } }'), 'expected `allow`, `deny` or'],
    ['a name twice', `${one('{}')}\nentities: { a: { type: Doc } }`, 'Map keys must be unique'],
    [
      'a context that no action has',
      `tests: [{ name: a, context: { amonut: 1 }, expect: { memo: { ada: { read: deny } } } }]`,
      'no action of the schema has `amonut`',
    ],
    ['an unknown template', `grants: [{ to: ada, template: none }]\n${one('{}')}`, 'there is no template none'],
    [
      'a time without now',
      `grants: [{ to: ada, role: editor, until: 2026-11-22T12:00:00Z }]\n${one('{}')}`,
      'needs `now`',
    ],
    ['YAML that is none', 'tests: [', 'a.policy-test.yaml:9:'],
  ])('%s', async (_what, tests, message) => {
    const { code, error } = await run(folder(tests))
    expect(error).toContain(message)
    expect(code).toBe(2)
  })

  it('and a path that leads nowhere is not understood', async () => {
    expect(await run(shop, 'nowhere')).toMatchObject({ code: 2, out: '' })
  })

  it('as is what is wrong with a policy', async () => {
    const root = folder(one('{ memo: { ada: { read: deny } } }'))
    writeFileSync(join(root, 'policies', 'open.cedar'), 'permit(principal, action, resource)\nwhen { resource.opne };')
    const { code, error } = await run(root)
    expect(code).toBe(2)
    expect(error).toContain('policies/open.cedar:2:8 error')
  })
})

describe('a hostile file', () => {
  const tests = 'tests: [{ name: a, expect: { memo: { ada: { read: allow } } } }]'
  it.each([['../../../../../etc/hostname'], ['/etc/hostname'], ['out']])('reads nothing outside: %s', async (path) => {
    const root = folder(`policies: ${path}\n${tests}`)
    symlinkSync('/etc', join(root, 'out'))
    const { code, error } = await run(root)
    expect(error).toContain('path_outside')
    expect(code).toBe(2)
  })

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['mappings', '{a: '.repeat(60_000)],
    ['indentation', Array.from({ length: 400 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    [
      'aliases of aliases',
      [
        'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
        ...Array.from({ length: 12 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join()}]`),
      ].join('\n'),
    ],
    ['an alias of itself', 'a: &a [*a]'],
    ['length', `a: ${'x'.repeat(300_000)}`],
    ['tags', 'a: !!js/function "x"'],
  ])('is refused for its %s', (_what, text) => {
    expect(() => readYaml(text, 'evil.yaml')).toThrow(Failure)
  })

  it('has no prototype to offer', () => {
    const { value } = readYaml('{ "__proto__": { "x": 1 }, "a": &m { b: 1 }, "c": { "<<": *m } }', 'evil.yaml')
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(value).toMatchObject({ c: { '<<': { b: 1 } } })
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('is a suite or is refused, whatever it is', () => {
    const words = fc.constantFrom(
      'tests',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '"',
      "'",
      '? ',
      '!!set',
      '|',
      '>',
      '#',
      ',',
      'expect',
      'name',
      '1e999',
      '~',
      '%YAML 1.1\n',
      '---\n',
      '\t',
      '<<',
      '\u0000',
      '😀',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words, { maxLength: 60 }).map((list) => list.join('')),
        ),
        (text) => {
          try {
            readSuite(readYaml(text, 'fuzz.yaml'))
          } catch (error) {
            expect(error).toBeInstanceOf(Failure)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
