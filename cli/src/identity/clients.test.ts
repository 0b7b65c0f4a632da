import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

const clients = (...words: string[]) => real.cli(['identity', 'clients', ...words])
const keys = (...words: string[]) => real.cli(['identity', 'signing-keys', ...words])

describe('holdfast identity clients', () => {
  it('registers an application with a client, and gives out what the client needs', async () => {
    const made = await clients(
      'register',
      'Shop',
      '--redirect',
      'https://shop.example/callback',
      '--scope',
      'openid orders:read',
    )
    expect([made.code, made.error]).toEqual([0, ''])
    const [, app = '', id = '', secret = ''] =
      /^application +(\S+)\nclient +(\S+)\nsecret +(hfo_\S+)\n/.exec(made.out) ?? []
    expect([app, id]).toEqual([expect.stringMatching(/^shop-/), app])
    expect(secret).toHaveLength(47)
    expect((await clients('list', app)).out).toMatch(new RegExp(`\n${id} +Shop +web +skip +client_secret_basic +no\n`))
    const next = await clients('secret', app, id, '--overlap', '60')
    expect(next.out).toMatch(/^client .*\nsecret +hfo_/)
    expect((await clients('show', app, id)).out).toMatch(/secrets +hfo_\S+\.\.\. until .*, hfo_/)
    expect((await clients('update', app, id, '--disable')).out).toMatch(/disabled +yes/)
    expect((await clients('update', app, id, '--enable', '--name', 'The shop')).out).toMatch(/name +The shop/)
    const refused = await clients('update', app, id, '--redirect', 'http://shop.example/')
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('http is for loopback addresses only')])
  })

  it('adds further clients from a file, and deletes them', async () => {
    const file = join(tmpdir(), `holdfast-client-${process.pid}.json`)
    writeFileSync(file, JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }))
    expect((await real.cli(['applications', 'create', 'tools'])).code).toBe(0)
    const made = await clients('create', 'tools', '--preset', 'native', '--file', file, '--name', 'Tool')
    expect(made.error).toBe('')
    const id = /client +(\S+)\n/.exec(made.out)?.[1] ?? ''
    expect(made.out).not.toContain('hfo_')
    expect((await clients('delete', 'tools', id)).error).toContain('--yes')
    expect((await clients('delete', 'tools', id, '--yes')).out).toBe(
      `The client ${id} is gone, and its tokens with it.\n`,
    )
    expect((await clients('registration-token', 'tools', '--uses', '2')).out).toMatch(/^token +hfr_/)
  })
})

describe('holdfast identity signing-keys', () => {
  it('lists and rotates', async () => {
    expect((await keys('list')).out).toMatch(/ RS256 +current /)
    expect(await real.json<object[]>('identity', 'signing-keys', 'list')).toHaveLength(6)
    const rotated = await keys('rotate', '--alg', 'ES256')
    expect(rotated.out).toMatch(/^algorithm +signs +replaced\nES256 /)
    const early = await keys('rotate', '--alg', 'ES256')
    expect([early.code, early.error]).toEqual([1, expect.stringContaining('may not have seen it')])
    expect((await keys('rotate', '--compromised')).error).toContain('--yes')
    expect((await keys('rotate', '--compromised', '--yes')).out.match(/\n/g)).toHaveLength(4)
  })
})
