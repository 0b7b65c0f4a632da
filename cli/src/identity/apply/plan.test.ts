import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from '../../access/yaml-file.ts'
import { Failure } from '../../failure.ts'
import { fileOf } from './export.ts'
import { IdentityFile } from './file-schema.ts'
import { flawsOf, nearest } from './flaws.ts'
import { type Change, planOf } from './plan.ts'
import { readFiles } from './read-files.ts'
import { isSame } from './same.ts'
import { applicationOf, idOf, type Json, type KindName, kindNames, type Thing } from './thing.ts'
import { saidBy } from './wanted.ts'

const word = fc.constantFrom('a', 'b', 'c', 'd')
const value: fc.Arbitrary<Json> = fc.oneof(word, fc.constant(null), fc.boolean(), fc.uniqueArray(word))
const fields = fc.dictionary(fc.constantFrom('name', 'hosts', 'parents', 'scope'), value)
const keyOf = (kind: KindName) => (kind === 'client' ? fc.tuple(word, word).map((pair) => pair.join('/')) : word)
const thing: fc.Arbitrary<Thing> = fc
  .constantFrom(...kindNames)
  .chain((kind) => fc.record({ kind: fc.constant(kind), key: keyOf(kind), fields }))
const things = fc.uniqueArray(thing, { selector: idOf, maxLength: 12 })
/** What no file removes by itself is never pruned. */
const prune = fc.subarray<KindName>(['group', 'application', 'client', 'connection']).map((kinds) => new Set(kinds))

/** The control plane, in small. */
function carriedOut(live: readonly Thing[], changes: readonly Change[]): readonly Thing[] {
  const there = new Map(live.map((each) => [idOf(each), each]))
  for (const { act, thing: each } of changes) {
    const before = there.get(idOf(each))
    expect(before === undefined, `${act} ${idOf(each)}`).toBe(act === 'create')
    if (act === 'delete') there.delete(idOf(each))
    else there.set(idOf(each), { ...each, fields: { ...before?.fields, ...each.fields } })
  }
  return [...there.values()]
}

describe('a plan', () => {
  it('leads to what is wanted, and then there is nothing to do', () => {
    fc.assert(
      fc.property(things, things, prune, (wanted, live, kinds) => {
        const after = carriedOut(live, planOf({ wanted, live, prune: kinds }))
        expect(planOf({ wanted, live: after, prune: kinds })).toEqual([])
        const found = new Map(after.map((each) => [idOf(each), each]))
        for (const each of wanted) {
          for (const [name, to] of Object.entries(each.fields)) {
            expect(isSame(found.get(idOf(each))?.fields[name], to, name)).toBe(true)
          }
        }
      }),
    )
  })

  it('touches nothing that the file does not name, but what it owns', () => {
    fc.assert(
      fc.property(things, things, prune, things, (wanted, live, kinds, kept) => {
        const spared = new Set(kept.map(idOf))
        const named = new Set(wanted.map(idOf))
        const ends = new Set<string>()
        for (const { act, thing: each } of planOf({ wanted, live, prune: kinds, spared })) {
          if (act === 'delete' && each.kind === 'application') ends.add(each.key)
        }
        for (const { act, thing: each } of planOf({ wanted, live, prune: kinds, spared })) {
          if (act !== 'delete') {
            expect(named).toContain(idOf(each))
            continue
          }
          const withIts = each.kind === 'client' && ends.has(applicationOf(each) ?? '')
          expect(withIts || (kinds.has(each.kind) && !named.has(idOf(each)) && !spared.has(idOf(each)))).toBe(true)
        }
        expect(planOf({ wanted, live, prune: new Set() }).some(({ act }) => act === 'delete')).toBe(false)
      }),
    )
  })

  it('says the same whatever the order in which things are read', () => {
    const shuffled = fc
      .tuple(things, things)
      .chain(([wanted, live]) =>
        fc.tuple(
          fc.constant(wanted),
          fc.constant(live),
          fc.shuffledSubarray(wanted, { minLength: wanted.length }),
          fc.shuffledSubarray(live, { minLength: live.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, prune, ([wanted, live, again, other], kinds) => {
        // Names that contradict each other in a circle have no order; the control plane refuses them.
        const acyclic = wanted.every(({ fields: { parents } }) => !Array.isArray(parents) || parents.length === 0)
        fc.pre(acyclic)
        const one = planOf({ wanted, live, prune: kinds })
        expect(planOf({ wanted: again, live: other, prune: kinds })).toEqual(one)
      }),
    )
  })

  it('makes what others name before them, and ends it after them', () => {
    const group = (key: string, ...parents: string[]): Thing => ({ kind: 'group', key, fields: { parents } })
    const of = (kind: KindName, key: string): Thing => ({ kind, key, fields: { name: 'x' } })
    const wanted = [
      of('client', 'a/c'),
      of('resources', 'a'),
      of('application', 'a'),
      group('x', 'y'),
      group('y', 'z'),
      group('z'),
    ]
    const order = (changes: readonly Change[]) => changes.map(({ thing: { kind, key } }) => `${kind} ${key}`)
    const made = planOf({ wanted, live: [], prune: new Set() })
    expect(order(made)).toEqual(['group z', 'group y', 'group x', 'application a', 'resources a', 'client a/c'])
    const kinds = new Set<KindName>(['group', 'application', 'client', 'connection'])
    const live = [group('old'), of('application', 'b'), of('client', 'b/c'), of('connection', 'up')]
    expect(order(planOf({ wanted: [], live, prune: kinds }))).toEqual([
      'connection up',
      'client b/c',
      'application b',
      'group old',
    ])
    // A host can be of one application at a time.
    const at = (key: string, ...hosts: string[]): Thing => ({ kind: 'application', key, fields: { hosts } })
    const moved = planOf({ wanted: [at('a', 'host'), at('b')], live: [at('a'), at('b', 'host')], prune: new Set() })
    expect(order(moved)).toEqual(['application b', 'application a'])
  })
})

describe('a file', () => {
  const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,10}[a-z]$/)
  const group = fc.record({ name, parents: fc.uniqueArray(id, { maxLength: 3 }) })
  const client = fc.record({
    client_name: name,
    redirect_uris: fc.uniqueArray(fc.webUrl(), { maxLength: 3 }),
    consent: fc.constantFrom('skip', 'ask'),
    disabled: fc.boolean(),
    sessionSeconds: fc.option(fc.integer({ min: 60, max: 3600 })),
  })
  const connection = fc.record({
    name,
    preset: fc.constantFrom('oidc', 'okta'),
    issuer: fc.constant('https://id.example'),
    clientId: name,
    hasSecret: fc.boolean(),
    signUp: fc.boolean(),
  })

  it('that was exported finds nothing to do', () => {
    const live = fc
      .record({
        groups: fc.dictionary(id, group),
        connections: fc.dictionary(id, connection),
        applications: fc.dictionary(
          id,
          fc.record({ name, clients: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9._~-]{3,9}$/), client) }),
        ),
      })
      .map(({ groups, connections, applications }): Thing[] => [
        ...Object.entries(groups).map(([key, each]) => ({ kind: 'group' as const, key, fields: each })),
        ...Object.entries(connections).map(([key, each]) => ({ kind: 'connection' as const, key, fields: each })),
        ...Object.entries(applications).flatMap(([key, { clients, ...each }]) => [
          { kind: 'application' as const, key, fields: each },
          ...Object.entries(clients).map(([client, fields]) => ({
            kind: 'client' as const,
            key: `${key}/${client}`,
            fields,
          })),
        ]),
      ])
    fc.assert(
      fc.property(live, (there) => {
        const file = IdentityFile.parse(fileOf(there))
        const said = saidBy(file, () => '').map((each) => each.thing)
        const kinds = new Set<KindName>(['group', 'application', 'client', 'connection'])
        expect(planOf({ wanted: said, live: there, prune: kinds })).toEqual([])
      }),
    )
  })

  it('of any bytes is read or refused with a sentence, never with a crash', async () => {
    const shape = fc.constantFrom(
      'groups',
      'applications',
      'connections',
      'owns',
      'clients',
      'shop',
      '__proto__',
      'a: b',
      '- x',
      '{',
      '[',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(shape).map((parts) => parts.join(': ')),
      fc.json(),
    )
    await fc.assert(
      fc.asyncProperty(text, async (stdin) => {
        const terminal = { env: {}, cwd: '/nowhere', interactive: false, stdin: () => Promise.resolve(stdin) }
        const silent = {
          out: () => {},
          error: () => {},
          ask: () => Promise.resolve(''),
          secret: () => Promise.resolve(''),
        }
        const read = await readFiles(['-'], { ...terminal, ...silent }).catch((error: unknown) => error)
        if (read instanceof Error) {
          expect(read).toBeInstanceOf(Failure)
          expect((read as Failure).parts).toMatchObject({ code: 'file_invalid', exitCode: 1 })
        }
      }),
    )
  })

  it('with a key that is not known is told the one that is meant', () => {
    const flaws = (text: string) => {
      const parsed = IdentityFile.safeParse(readYaml(text, 'x').value)
      return parsed.success
        ? []
        : flawsOf(IdentityFile, parsed.error).map(({ path, message }) => `${path.join('.')}: ${message}`)
    }
    expect(flaws('connections: { a: { clientID: x, isuer: y } }')).toEqual([
      'connections.a.clientID: no such key: did you mean "clientId"?',
      'connections.a.isuer: no such key: did you mean "issuer"?',
    ])
    expect(flaws('applications: { a: { resources: [{ identifer: x }] } }')).toContain(
      'applications.a.resources.0.identifer: no such key: did you mean "identifier"?',
    )
    expect(flaws('groups: { a: { colour: red } }')).toEqual(['groups.a.colour: no such key; there are name, parents'])
    expect(nearest('redirectUris', ['redirect_uris', 'request_uris'])).toBe('redirect_uris')
    expect(nearest('x', ['redirect_uris'])).toBeUndefined()
  })
})
