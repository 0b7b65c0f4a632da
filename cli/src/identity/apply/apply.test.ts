import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type RealServer, startReal } from '../../testing/server.ts'
import { run } from '../../main.ts'
import type { Surroundings } from '../../testing/run.ts'

let real: RealServer
let folder: string

beforeAll(async () => {
  real = await startReal()
  folder = join(real.folder, 'config')
  mkdirSync(folder)
  writeFileSync(join(folder, 'shop.cedarschema'), schema)
  writeFileSync(join(folder, 'upstream-secret'), 'first secret\n')
})
afterAll(() => real.stop())

const schema = `entity User;
entity Order;
action view appliesTo { principal: User, resource: Order };
`

const shop = `
owns: [applications, clients, connections, groups]
groups:
  staff-eu: { name: Staff in Europe, parents: [staff] }
  staff: { name: Staff }
applications:
  shop:
    name: The shop
    hosts: [Shop.localhost:7480]
    upstream: http://localhost:3000
    publicPaths: ['/assets/*']
    schemaFile: shop.cedarschema
    sessionLimits: { preset: strict, idleMinutes: 30 }
    branding: { name: The shop, accent: '#1F4E8C' }
    resources:
      - identifier: https://api.shop.example
        scopes: [{ name: orders:read, description: See your orders }]
    clients:
      shop-web:
        preset: web
        redirect_uris: [https://shop.example/callback]
        scope: openid orders:read carts:write
        tos_uri: https://shop.example/terms
        secretOut: secrets/shop-web
      shop-jobs: { preset: service, resources: [{ identifier: https://api.stock.example }] }
      shop-old: { preset: spa, redirect_uris: [https://old.shop.example/], disabled: true }
  stock:
    resources: [{ identifier: https://api.stock.example }]
connections:
  corp:
    name: Corp
    issuer: https://id.corp.example/
    clientId: holdfast
    secretFile: upstream-secret
    signUp: true
    signUpGroups: [staff-eu]
    domains: [Corp.example]
branding: { name: Example }
signIn: { people: aal1, sessions: { preset: strict, idleMinutes: 20 }, signUpDomains: [Corp.example] }
`

const apply = (file: string, words: readonly string[] = [], surroundings: Surroundings = {}) =>
  real.cli(['apply', '-f', '-', ...words], { cwd: folder, stdin: file, ...surroundings })

interface Answer {
  readonly changes: readonly { readonly act: string; readonly kind: string; readonly key: string }[]
  readonly applied: boolean
  readonly done: readonly object[]
  readonly failed: { readonly code: string; readonly key: string } | null
  readonly notDone: readonly { readonly key: string }[]
  readonly secrets: readonly { readonly client: string; readonly secret?: string; readonly file?: string }[]
}
const json = async (file: string, ...words: string[]) =>
  JSON.parse((await apply(file, [...words, '--json'])).out) as Answer
const names = ({ changes }: Answer) => changes.map(({ act, kind, key }) => `${act} ${kind} ${key}`.trim())

describe('holdfast apply', () => {
  it('shows what it would do, does it, and has nothing to do then', async () => {
    const plan = await apply(shop, ['--plan'])
    expect([plan.code, plan.error]).toEqual([2, ''])
    expect(plan.out).toContain('+ application shop\n    name: "The shop"\n    hosts: ["shop.localhost:7480"]\n')
    expect(plan.out).toContain('+ connection corp\n')
    expect(plan.out).toContain('Nothing was changed.\n')
    expect(plan.out).not.toContain('first secret')
    expect((await real.cli(['groups', 'list'])).out).not.toContain('staff')

    const refused = await apply(shop)
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('(not_agreed)')])
    expect((await apply(shop, [], { answers: ['n'] })).error).toContain('Nothing was done')

    const done = await apply(shop, ['--yes'])
    expect([done.code, done.error]).toEqual([0, expect.stringContaining('13 to add, 2 to change, 0 to delete.')])
    const file = join(folder, 'secrets', 'shop-web')
    expect(done.out).toMatch(/^secret of client shop\/shop-jobs: hfo_\S+$/m)
    expect(done.out).toContain(`The secret of client shop/shop-web is in ${file}\n`)
    expect(readFileSync(file, 'utf8')).toMatch(/^hfo_\S+\n$/)
    expect(done.out + done.error).not.toContain(readFileSync(file, 'utf8').trim())
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const again = await apply(shop, ['--prune'])
    expect([again.code, again.out, again.error]).toEqual([0, 'Everything is so already.\n', ''])
    expect((await apply(shop, ['--prune', '--plan'])).code).toBe(0)
    const list = (origins: string) => shop.replace('upstream: http://localhost:3000', `upstream: ${origins}`)
    expect((await apply(list('[http://localhost:3000]'), ['--plan'])).code).toBe(0)
    expect((await apply(list('[http://localhost:3000, http://localhost:3001]'), ['--plan'])).code).toBe(2)
    expect((await real.cli(['identity', 'clients', 'show', 'shop', 'shop-old'])).out).toMatch(/disabled +yes/)
  })

  it('changes field by field, and says so', async () => {
    const changed = shop
      .replace('shop.example/callback]', 'shop.example/callback, https://shop.example/second]')
      .replace('preset: strict, idleMinutes: 30', 'preset: pci')
      .replace("accent: '#1F4E8C'", 'accent: null')
      .replace('tos_uri: https://shop.example/terms', 'tos_uri: null')
      .replace('name: Staff }', 'name: All staff }')
      .replace('people: aal1', 'people: aal2')
    const plan = await apply(changed, ['--plan'])
    expect(plan.out).toContain('~ client shop/shop-web\n    redirect_uris: + "https://shop.example/second"\n')
    expect(plan.out).toContain('~ session limits shop\n    preset: "strict" -> "pci"\n')
    expect(plan.out).toContain('~ branding shop\n    accent: "#1f4e8c" -> nothing\n')
    expect(plan.out).toContain('~ sign-in policy\n    people: "aal1" -> "aal2"\n')
    const told = await json(changed, '--yes')
    expect(names(told)).toEqual([
      'update group staff',
      'update session limits shop',
      'update client shop/shop-web',
      'update branding shop',
      'update sign-in policy',
    ])
    expect(told).toMatchObject({ applied: true, failed: null, notDone: [], secrets: [] })
    expect((await json(changed, '--plan')).changes).toEqual([])
    expect((await apply(shop, ['--yes'])).code).toBe(0)
  })

  it('sends secrets of providers where they are new, or when it is told to', async () => {
    const moved = shop
      .replace('clientId: holdfast', 'clientId: other')
      .replace('secretFile: upstream-secret', 'secretEnv: UPSTREAM')
    const missing = await apply(moved, ['--yes'])
    expect([missing.code, missing.error]).toEqual([1, expect.stringContaining('UPSTREAM')])
    const done = await apply(moved, ['--yes'], { env: { UPSTREAM: 'second secret' } })
    expect([done.code, done.out]).toEqual([0, 'Done.\n'])
    expect(done.error).not.toContain('second secret')
    // Nobody needs the variable for a plan that sends nothing.
    expect((await apply(moved, ['--plan'])).code).toBe(0)
    const sent = await apply(moved, ['--plan', '--send-secrets'], { env: { UPSTREAM: 'second secret' } })
    expect([sent.code, sent.out]).toEqual([2, expect.stringContaining('~ connection corp\n    the client secret')])
    const inline = await apply(shop.replace('secretFile: upstream-secret', 'secret: third'), ['--yes'])
    expect([inline.code, inline.error]).toEqual([0, expect.stringContaining('keep it out of version control')])
  })

  it("deletes only with --prune, only what the file owns, and neither what Holdfast needs nor other applications' clients", async () => {
    const less = shop.replace(/ {6}shop-old.*\n/, '').replace(/connections:[^]*(?=branding: \{ name: Example)/, '')
    expect((await json(less, '--plan')).changes).toEqual([])
    const unowned = less.replace(/^owns.*$/m, 'owns: [groups]')
    expect((await json(unowned, '--plan', '--prune')).changes).toEqual([])
    expect((await real.cli(['applications', 'create', 'elsewhere'])).code).toBe(0)
    const clientsOnly = less.replace(/^owns.*$/m, 'owns: [clients, connections]')
    const plan = await json(clientsOnly, '--plan', '--prune')
    expect(names(plan)).toEqual(['delete connection corp', 'delete client shop/shop-old'])
    const pruned = await apply(clientsOnly, ['--prune', '--yes'])
    expect([pruned.code, pruned.out], pruned.error).toEqual([0, 'Done.\n'])
    expect((await json(clientsOnly, '--plan', '--prune')).changes).toEqual([])
    const other = await real.cli(['identity', 'clients', 'create', 'elsewhere', '--redirect', 'https://e.example/'])
    expect(other.code).toBe(0)
    expect(names(await json(less, '--plan', '--prune'))).toEqual([
      expect.stringMatching(/^delete client elsewhere\//),
      'delete application elsewhere',
    ])
    expect((await apply(less, ['--prune', '--yes'])).code).toBe(0)
    expect((await real.cli(['applications', 'show', 'elsewhere'])).code).toBe(1)
    expect((await apply(shop, ['--yes'])).code).toBe(0)
  })

  it('stops when something has changed since the plan was shown', async () => {
    const changed = shop.replace('name: The shop\n    hosts', 'name: Our shop\n    hosts')
    let shown = ''
    const code = await run(['apply', '-f', '-', '--url', real.url, '--data', join(real.folder, 'data')], {
      env: {},
      cwd: folder,
      interactive: true,
      out: () => {},
      error: (text) => {
        shown += text
      },
      async ask() {
        await real.cli(['applications', 'update', 'shop', '--name', 'Their shop'])
        return 'y'
      },
      secret: () => Promise.resolve(''),
      stdin: () => Promise.resolve(changed),
    })
    expect([code, shown]).toEqual([1, expect.stringContaining('(plan_outdated)')])
    expect(shown).toContain('~ application shop\n    name: "The shop" -> "Our shop"\n')
    expect((await real.cli(['applications', 'show', 'shop'])).out).toContain('Their shop')
    const plan = await apply(changed, ['--plan'])
    expect(plan.out).toContain('name: "Their shop" -> "Our shop"')
    expect((await apply(shop, ['--yes'])).code).toBe(0)
  })

  it('does nothing at all where a right is missing, and says which', async () => {
    const made = await real.json<{ readonly key: string }>('services', 'create', 'reader', '--group', 'auditors')
    const token = { env: { HOLDFAST_TOKEN: made.key } }
    const changed = shop
      .replace('name: The shop\n    hosts', 'name: Our shop\n    hosts')
      .replace('preset: strict', 'preset: pci')
    expect((await apply(changed, ['--plan'], token)).code).toBe(2)
    const refused = await apply(changed, ['--yes'], token)
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.error).toContain('Not all of it is allowed, so nothing was done. (forbidden)')
    expect(refused.error).toContain('update application shop: needs updateApplication\n')
    expect((await json(shop, '--plan')).changes).toEqual([])
    const stranger = await apply(shop, ['--plan'], { env: { HOLDFAST_TOKEN: 'hfk_nothing' } })
    expect([stranger.code, stranger.out]).toEqual([1, ''])
  })

  it('says what was done and what was not when it stops half-way, and goes on from there', async () => {
    const changed = shop
      .replace('name: Our shop', 'name: The shop')
      .replace('name: Staff }', 'name: Everybody }')
      .replace('https://shop.example/callback', 'http://shop.example/insecure')
      .replace('{ name: Example }', '{ name: Another }')
    const stopped = await apply(changed, ['--yes', '--json'])
    const told = JSON.parse(stopped.out) as Answer
    expect(stopped.code).toBe(1)
    expect(stopped.error).toContain('http is for loopback addresses only')
    expect(stopped.error).toContain(
      'stopped at update client shop/shop-web\n  1 done before it, which stay; 1 not done after it\n',
    )
    expect(told).toMatchObject({
      applied: false,
      done: [{ act: 'update', kind: 'group', key: 'staff' }],
      failed: { key: 'shop/shop-web' },
      notDone: [{ kind: 'branding', key: '' }],
    })
    const mended = changed.replace('http://shop.example/insecure', 'https://shop.example/callback')
    expect(names(await json(mended, '--yes'))).toEqual(['update branding'])
    expect((await apply(shop, ['--yes'])).code).toBe(0)
  })

  it.each<[string, string, string]>([
    [
      'a key that is misspelt',
      'applications:\n  shop:\n    clients:\n      web: { redirect_urls: [] }\n',
      'stdin:4:14 applications.shop.clients.web.redirect_urls: no such key: did you mean "redirect_uris"?',
    ],
    ['a key of another place', 'aplications: {}\n', 'stdin:1:1 aplications: no such key: did you mean "applications"?'],
    ['a value that is none', 'groups:\n  staff: { name: 7 }\n', 'stdin:2:'],
    ['an id that is none', 'groups:\n  Staff: {}\n', '"Staff" is not a lower-case letter'],
    [
      'two sources of a secret',
      'connections:\n  a: { clientId: x, secret: a, secretEnv: B }\n',
      'one of secretFile, secretEnv and secret',
    ],
    ['a schema that is not there', 'applications:\n  a: { schemaFile: none }\n', 'none cannot be read'],
    ['what Holdfast has itself', 'groups:\n  admins: { name: Us }\n', 'cannot be changed'],
    ['another preset of a connection', 'connections:\n  corp: { preset: okta }\n', 'make another connection'],
    [
      'a client of another application',
      'applications:\n  stock: { clients: { shop-web: { preset: service } } }\n',
      'stopped at create client stock/shop-web',
    ],
    ['YAML that is none', 'groups: [\n', 'stdin:'],
  ])('refuses %s, with the line', async (_, file, message) => {
    const refused = await apply(file, ['--yes'])
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.error).toContain(message)
  })

  it('takes several files, and no thing twice', async () => {
    writeFileSync(join(folder, 'a.yaml'), 'groups: { staff: { name: Staff } }\n')
    writeFileSync(join(folder, 'b.json'), '{"groups":{"staff-eu":{"name":"Staff in Europe"}}}')
    const words = ['apply', '--plan', '-f', 'a.yaml', '-f']
    expect((await real.cli([...words, 'b.json'], { cwd: folder })).code).toBe(0)
    const twice = await real.cli([...words, 'a.yaml'], { cwd: folder })
    expect([twice.code, twice.error]).toEqual([1, expect.stringContaining('group staff is in two files')])
    expect((await real.cli([...words, 'none.yaml'], { cwd: folder })).code).toBe(1)
  })

  it('does not write over a file that may hold a secret in use', async () => {
    const more =
      'applications:\n  shop:\n    clients:\n      shop-new: { redirect_uris: [https://n.example/], secretOut: secrets/shop-web }\n'
    const refused = await apply(more, ['--yes'])
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('(secret_out_exists)')])
    expect((await real.cli(['identity', 'clients', 'show', 'shop', 'shop-new'])).code).toBe(1)
  })

  it('writes what is there as a file that finds nothing to do', async () => {
    const exported = await real.cli(['identity', 'export'])
    expect(exported.code).toBe(0)
    expect(exported.out).not.toMatch(/hfo_|first secret|third/)
    const plan = await apply(exported.out, ['--plan'])
    expect([plan.out, plan.code]).toEqual(['Everything is so already.\n', 0])
    expect(Object.keys((parse(exported.out) as { applications: object }).applications)).toEqual(['shop', 'stock'])
  })
})
