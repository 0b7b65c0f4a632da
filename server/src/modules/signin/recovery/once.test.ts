import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { raceInTwoProcesses } from '../../../testing/race.ts'

let fixture: Fixture
let person = ''

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  person = randomUUID()
  await fixture.admin.query(
    'INSERT INTO people (id, tenant_id, email, email_key, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $3, now(), now())',
    [person, fixture.tenant, Buffer.from('x'), randomBytes(32)],
  )
  await fixture.admin.query(
    "INSERT INTO connections (tenant_id, id, name, preset, issuer, client_id, settings, enabled, created_at, updated_at) VALUES ($1, 'race', 'Race', 'oidc', 'https://x', 'x', '{}', true, now(), now())",
    [fixture.tenant],
  )
})
afterAll(() => fixture.close())

/** Puts one in. @returns what names it */
const make: Readonly<Record<'link' | 'visit' | 'invitation', () => Promise<string>>> = {
  async link() {
    const hash = randomBytes(32)
    await fixture.admin.query(
      "INSERT INTO mailed_links (token_hash, tenant_id, kind, person_id, sent_to, created_at, expires_at) VALUES ($1, $2, 'recovery', $3, $1, now(), now() + interval '30 minutes')",
      [hash, fixture.tenant, person],
    )
    return hash.toString('hex')
  },
  async visit() {
    const hash = randomBytes(32)
    await fixture.admin.query(
      "INSERT INTO upstream_visits (tenant_id, state_hash, browser_hash, connection_id, issuer, purpose, return_to, expires_at) VALUES ($1, $2, $2, 'race', 'https://x', 'sign-in', '', now() + interval '10 minutes')",
      [fixture.tenant, hash],
    )
    return hash.toString('hex')
  },
  async invitation() {
    const id = randomUUID()
    const hash = randomBytes(32)
    await fixture.admin.query(
      "INSERT INTO invitations (id, tenant_id, email, email_key, token_hash, groups, inviter_type, inviter_id, created_at, sent_at, expires_at) VALUES ($1, $2, $3, $3, $3, '{}', 'Person', $1, now(), now(), now() + interval '1 day')",
      [id, fixture.tenant, hash],
    )
    return id
  },
}

describe.each(['link', 'visit', 'invitation'] as const)('a %s', (what) => {
  test('is used up once by fifty in two processes', async () => {
    const one = await make[what]()
    const won = await raceInTwoProcesses(fixture.url, fixture.tenant, what, 'right', [one, one])
    expect(won.reduce((sum, times) => sum + times, 0)).toBe(1)
  })

  test('would be used up by several that find first and change then', async () => {
    const one = await make[what]()
    const won = await raceInTwoProcesses(fixture.url, fixture.tenant, what, 'twin', [one, one])
    expect(won.reduce((sum, times) => sum + times, 0)).toBeGreaterThan(1)
  })
})
