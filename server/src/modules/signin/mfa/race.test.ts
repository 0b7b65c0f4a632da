import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { softAuthenticator } from '../../../testing/authenticator.ts'
import { addPasskey, addTotp, codeOf } from '../../../testing/factors.ts'
import { freePort } from '../../../testing/free-port.ts'
import { type Child, startChild } from '../../../testing/processes/child.ts'
import { raceInTwoProcesses } from '../../../testing/race.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
let replica: Child
let urls: readonly string[]
let ada: Credentials
let secret: string
let codes: readonly string[]

const patient = { ...quickSignIn, HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '100' }
const tries = 20

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), patient)
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  const port = await freePort()
  const flags = {
    data: whole.dataDir,
    publicUrl: whole.url,
    'http.listen': `127.0.0.1:${port}`,
    'database.url': whole.databaseUrl,
    'log.level': 'silent',
  }
  replica = startChild('replica.ts', [JSON.stringify(flags), JSON.stringify(patient)])
  urls = [whole.url, await replica.line('listening ')]
  ada = await addPerson(whole, 'Ada')
  const browser = await signInAs(whole.url, ada)
  const made = await addTotp(browser, ada.id)
  secret = made.secret
  codes = made.answer.json['recoveryCodes'] as string[]
})
afterAll(async () => {
  replica.process.stdin?.end()
  await replica.ended
  await admin.end()
  await whole.close()
})

/** Many sessions of one person, half done, at two control planes: all show the same at once. */
async function allShow(code: string): Promise<number> {
  const browsers = await Promise.all(
    Array.from({ length: tries }, async (_, at) => {
      const browser = visitor(urls[at % 2] ?? '')
      const answer = await browser.post('/sign-in', { username: ada.email, password: ada.password })
      expect(answer.headers.get('location'), answer.text).toBe('/sign-in/verify')
      return browser
    }),
  )
  const answers = await Promise.all(browsers.map((browser) => browser.post('/sign-in/verify', { code })))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(tries - 1)
  return answers.filter(({ status }) => status === 303).length
}

it('one code of an authenticator app, at two control planes at once, lets one in', async () => {
  expect(await allShow(codeOf(secret, new Date(), 1))).toBe(1)
})

it('one recovery code lets one in, and one letter says so', async () => {
  const before = (await eventsOf(whole, 'recovery_code.used')).length
  expect(await allShow(codes[0] ?? '')).toBe(1)
  expect(await eventsOf(whole, 'recovery_code.used')).toHaveLength(before + 1)
})

async function total(what: 'totp' | 'passkey', which: 'right' | 'twin', table: string): Promise<number> {
  const { rows } = await admin.query<{ id: string; tenant: string }>(`SELECT id, tenant_id AS tenant FROM ${table}`)
  const { id = '', tenant = '' } = rows[0] ?? {}
  const won = await raceInTwoProcesses(whole.databaseUrl, tenant, what, which, [id, id])
  return won.reduce((sum, times) => sum + times, 0)
}

it('a twin that looks first and writes then takes one code several times', async () => {
  await admin.query('UPDATE authenticator_apps SET last_step = 0')
  expect(await total('totp', 'twin', 'authenticator_apps')).toBeGreaterThan(1)
})

it('one count of a passkey is taken once', async () => {
  const ben = await addPerson(whole, 'Ben')
  await addPasskey(await signInAs(whole.url, ben), ben.id, softAuthenticator({ origin: whole.url }))
  expect(await total('passkey', 'right', 'passkeys')).toBe(1)
})
