import { createHash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { hashSecret } from '../../../platform/random.ts'
import { startChild } from '../../../testing/processes/child.ts'
import { raceInTwoProcesses } from '../../../testing/race.ts'
import { addPerson, eventsOf, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { freePort } from '../../../testing/free-port.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let browser: Visitor

const redirectUri = 'http://shop.localhost:7480/.holdfast/callback'

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'] })
  browser = await signInAs(whole.url, await addPerson(whole, 'Ben'))
})

afterAll(async () => {
  await admin.end()
  await whole.close()
})

async function newCode(): Promise<{ code: string; verifier: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const query = { application: 'shop', redirect_uri: redirectUri, state: 's', challenge }
  const answer = await browser.get(`/sign-in/for?${new URLSearchParams(query).toString()}`)
  return { code: new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '', verifier }
}

it('fifty exchanges of one code at two control planes: one session', async () => {
  const { json } = await whole.call('POST', '/api/v1/services', { name: 'gateway', groups: ['gateways'] })
  const port = await freePort()
  const flags = {
    data: whole.dataDir,
    publicUrl: whole.url,
    'http.listen': `127.0.0.1:${port}`,
    'database.url': whole.databaseUrl,
    'log.level': 'silent',
  }
  const replica = startChild('replica.ts', [JSON.stringify(flags), JSON.stringify(quickSignIn)])
  try {
    const origins = [whole.url, await replica.line('listening ')]
    const right = await newCode()
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const response = await fetch(`${origins[at % 2]}/api/v1/edge/exchange`, {
          method: 'POST',
          headers: { authorization: `Bearer ${json['key'] as string}`, 'content-type': 'application/json' },
          body: JSON.stringify({ ...right, redirectUri }),
        })
        return { status: response.status, body: (await response.json()) as { session?: string } }
      }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49)
    const { rows } = await admin.query("SELECT id FROM sessions WHERE kind = 'application' AND ended_at IS NULL")
    expect(rows).toHaveLength(1)
    expect(await eventsOf(whole, 'handoff.exchanged')).toHaveLength(1)
    expect((await eventsOf(whole, 'handoff.refused')).filter(({ reason }) => reason === 'used')).toHaveLength(49)
  } finally {
    replica.process.stdin?.end()
    await replica.ended
  }
})

it('the twin that looks before it consumes gives several', async () => {
  const { rows } = await admin.query<{ id: string }>("SELECT id FROM tenants WHERE slug = 'default'")
  const tenant = rows[0]?.id ?? ''
  const race = async (which: 'right' | 'twin') => {
    const hash = hashSecret((await newCode()).code).toString('hex')
    const won = await raceInTwoProcesses(whole.databaseUrl, tenant, 'code', which, [hash, hash])
    return won.reduce((sum, times) => sum + times, 0)
  }
  expect(await race('right')).toBe(1)
  expect(await race('twin')).toBeGreaterThan(1)
})
