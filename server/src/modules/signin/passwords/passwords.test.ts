import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash as argon2 } from '@node-rs/argon2'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { passwordLink } from '../../../testing/choose-password.ts'
import { addPerson, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { buildBreachFilter } from './breach/build.ts'

let whole: WholeServer
let admin: Client
let folder: string

const lost = 'gravel teapot, seen elsewhere'
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-passwords-'))
  const filter = join(folder, 'pwned.filter')
  writeFileSync(join(folder, 'pwned.txt'), [sha1(lost), sha1('some other'), sha1('xk7!mwa9')].toSorted().join('\n'))
  await buildBreachFilter(join(folder, 'pwned.txt'), filter)
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_SIGNIN_PASSWORDS_BREACH_FILTER: filter,
  })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  await whole.call('POST', '/api/v1/applications', { id: 'bookshelf', name: 'Zauberwald' })
})

afterAll(async () => {
  await admin.end()
  await whole.close()
  rmSync(folder, { recursive: true, force: true })
})

const forget = () => admin.query('DELETE FROM sign_in_throttles')
const create = (body: object) => whole.call('POST', '/api/v1/people', body)

async function form(email: string): Promise<string | undefined> {
  const { json } = await whole.call('GET', `/api/v1/people?query=${encodeURIComponent(email)}`)
  const [person] = json['items'] as { id: string }[]
  const { rows } = await admin.query<{ form: string }>('SELECT form FROM passwords WHERE person_id = $1', [person?.id])
  return rows[0]?.form
}

/** Published by those who made the algorithms; see forms.test.ts. */
const brought = {
  'bcrypt@x.example': ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  'firebase@x.example': [
    '$firebase-scrypt$ln=14,r=8,sep=Bw,key=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA$42xEC+ixf3L2lw$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ',
    'user1password',
  ],
  'aspnet@x.example': [
    'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
    'my password',
  ],
} as const
const entries = Object.entries(brought).map(([email, [passwordHash, password]]) => ({ email, passwordHash, password }))

describe('people who come with a hash', () => {
  it.each(entries)(
    '$email signs in with the old password, whatever it was, and has our hash from then on',
    async (one) => {
      const { email, passwordHash, password } = one
      expect((await create({ email, name: email, passwordHash })).status).toBe(201)
      expect(await form(email)).not.toContain('$argon2id')
      const wrong = await visitor(whole.url).post('/sign-in', { username: email, password: `${password}!` })
      expect(wrong.status).toBe(401)
      await signInAs(whole.url, { email, password })
      expect(await form(email)).toBe('$argon2id$v=19$m=7168,t=1,p=1')
      const [renewed] = await eventsOf(whole, 'password.renewed')
      expect(renewed?.data['from']).toContain('$')
      expect(renewed?.actor).toBe(renewed?.resource)
      await signInAs(whole.url, { email, password })
      expect((await eventsOf(whole, 'password.renewed')).filter(({ actor }) => actor === renewed?.actor)).toHaveLength(
        1,
      )
    },
  )

  it('a bcrypt hash of 72 bytes takes what began so; from then on every byte counts', async () => {
    const passwordHash = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'
    const start = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
    const email = 'long@x.example'
    await create({ email, name: 'Long', passwordHash })
    await signInAs(whole.url, { email, password: `${start} as typed the first time` })
    await signInAs(whole.url, { email, password: `${start} as typed the first time` })
    const other = await visitor(whole.url).post('/sign-in', { username: email, password: `${start} otherwise` })
    expect(other.status).toBe(401)
  })

  it.each([
    ['hunter2', 'unknown'],
    ['$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'too_costly'],
    ['$2b$10$CCCC', 'malformed'],
  ])('not with %s', async (passwordHash, reason) => {
    const { status, json } = await create({ email: 'no@x.example', name: 'No', passwordHash })
    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'password_hash_refused', reason })
    const both = await create({ email: 'no@x.example', name: 'No', passwordHash, password: 'x' })
    expect(both.json).toMatchObject({ code: 'password_twice' })
  })
})

describe('import and export', () => {
  const send = (text: string, bearer = whole.token, type = 'application/x-ndjson') =>
    fetch(`${whole.url}/api/v1/passwords/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
      body: text,
    }).then(async (response) => ({ status: response.status, json: (await response.json()) as Record<string, unknown> }))
  const hash = brought['aspnet@x.example'][0]

  it('takes people by the line, and says what it left alone and why; nobody’s password is replaced', async () => {
    const ada = await addPerson(whole, 'Ada')
    const bare = await create({ email: 'bare@x.example', name: 'Bare' })
    const lines = [
      { email: 'new@x.example', name: 'New', passwordHash: hash },
      { email: ada.email, passwordHash: hash },
      { id: bare.json['id'], passwordHash: hash },
      { email: 'stranger@x.example', passwordHash: hash },
      { email: 'odd@x.example', name: 'Odd', passwordHash: 'md5' },
      { email: 'NEW@x.example', name: 'Again', passwordHash: hash },
    ]
    const { status, json } = await send(lines.map((line) => JSON.stringify(line)).join('\n'))
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toEqual({
      imported: 2,
      added: 1,
      left: [
        { line: 2, reason: 'has_password' },
        { line: 4, reason: 'person_unknown' },
        { line: 5, reason: 'unknown' },
        { line: 6, reason: 'email_taken' },
      ],
    })
    const [event] = await eventsOf(whole, 'passwords.imported')
    expect(event?.data).toMatchObject({ imported: 2, added: 1, left: 4 })
    await signInAs(whole.url, ada)
    await signInAs(whole.url, { email: 'new@x.example', password: 'my password' })
    await signInAs(whole.url, { email: 'bare@x.example', password: 'my password' })
    const again = await send(
      JSON.stringify({ people: [{ email: 'new@x.example', passwordHash: hash }] }),
      whole.token,
      'application/json',
    )
    expect(again.json).toEqual({ imported: 0, added: 0, left: [{ line: 1, reason: 'has_password' }] })
  })

  it.each([
    ['no JSON', 'nonsense', 'import_malformed'],
    ['no hash', '{"email":"x@x.example"}', 'import_malformed'],
    ['neither id nor address', '\n\n{"passwordHash":"x"}', 'import_malformed'],
    ['too many', '{"email":"x@x.example","passwordHash":"x"}\n'.repeat(1001), 'import_too_long'],
  ])('refuses %s as a whole, and repeats nothing of it', async (_, text, code) => {
    const { status, json } = await send(text)
    expect(json['code']).toBe(code)
    expect(status).toBe(code === 'import_too_long' ? 413 : 422)
    expect(JSON.stringify(json)).not.toContain('x.example')
  })

  it('of ten imports at once for one person, one gives them a password', async () => {
    const { json } = await create({ email: 'raced@x.example', name: 'Raced' })
    const line = JSON.stringify({ id: json['id'], passwordHash: hash })
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(line)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(answers.filter(({ json }) => json['imported'] === 1)).toHaveLength(1)
  })

  it('gives out every hash, so that it can be taken along: those people sign in where they come to', async () => {
    const ben = await addPerson(whole, 'Ben')
    const pages: Record<string, unknown>[] = []
    let cursor: unknown
    do {
      const page = await whole.call('POST', '/api/v1/passwords/export', { limit: 3, ...(cursor != null && { cursor }) })
      expect(page.status, JSON.stringify(page.json)).toBe(200)
      pages.push(...(page.json['items'] as Record<string, unknown>[]))
      cursor = page.json['next']
    } while (cursor != null)
    const { rows } = await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM passwords')
    expect(pages).toHaveLength(rows[0]?.count ?? 0)
    const own = pages.find(({ id }) => id === ben.id)
    expect(own).toMatchObject({ email: ben.email, name: 'Ben', state: 'active', imported: false })
    expect((await eventsOf(whole, 'passwords.exported')).length).toBe(Math.ceil(pages.length / 3))
    await create({ email: 'moved@x.example', name: 'Moved', passwordHash: own?.['passwordHash'] })
    await signInAs(whole.url, { email: 'moved@x.example', password: ben.password })
  })

  it('is for who may, and asks about each person who is there', async () => {
    const plain = await signInAs(whole.url, await addPerson(whole, 'Plain'))
    expect((await plain.api('POST', '/api/v1/passwords/export', {})).status).toBe(403)
    expect((await plain.api('POST', '/api/v1/passwords/import', { people: [] })).status).toBe(403)
    await whole.call('POST', '/api/v1/groups', { id: 'movers', name: 'Movers' })
    for (const [name, text] of Object.entries({
      movers:
        'permit (principal in Group::"movers", action in [Action::"importPasswords", Action::"setPassword"], resource);',
      protect: 'forbid (principal in Group::"movers", action == Action::"setPassword", resource in Group::"admins");',
    })) {
      expect((await whole.call('PUT', `/api/v1/applications/holdfast/policies/${name}`, { text })).status).toBe(201)
    }
    const boss = await create({ email: 'boss@x.example', name: 'Boss', groups: ['admins'] })
    const clerk = await create({ email: 'clerk@x.example', name: 'Clerk' })
    const mover = await signInAs(whole.url, await addPerson(whole, 'Mover', ['movers']))
    const people = [boss, clerk].map(({ json }) => ({ id: json['id'], passwordHash: hash }))
    people.push({ email: 'made@x.example', name: 'Made', passwordHash: hash } as never)
    const { json } = await mover.api('POST', '/api/v1/passwords/import', { people })
    expect(json).toEqual({
      imported: 1,
      added: 0,
      left: [
        { line: 1, reason: 'forbidden' },
        { line: 3, reason: 'forbidden' },
      ],
    })
  })
})

describe('a password', () => {
  const reason = async (password: string, more: object = {}) => {
    const email = `p${Math.random().toString(36).slice(2)}@firma.example`
    const { status, json } = await create({ email, name: 'Pim', password, ...more })
    return status === 201 ? 'taken' : json['reason']
  }

  it('is refused for a reason, which has a code', async () => {
    expect(await reason('k3vd-9mwa')).toBe('too_short')
    expect(await reason('x'.repeat(1025))).toBe('too_long')
    expect(await reason('aaaaaaaaaaaaaaaa')).toBe('repeats')
    expect(await reason('qwertyuiopasdfgh')).toBe('sequence')
    expect(await reason('PasswordPassword1')).toBe('common')
    expect(await reason('firma-firma-pim-1')).toBe('personal')
    // Names of what people sign in to.
    expect(await reason('zauberwald-zauberwald')).toBe('personal')
    expect(await reason('bookshelfbookshelf')).not.toBe('taken')
    expect(await reason(lost)).toBe('breached')
  })

  it('may be of any characters, as many as fit into 1 KiB, each counting once', async () => {
    expect(await reason('🐎🔋📎🗝🌊🌋🏔🌵🍄🐙🦑🦀🐡🐬🐳')).toBe('taken')
    expect(await reason('正しい馬電池ホチキス部分的に深い海')).toBe('taken')
    const sentence = Array.from(
      { length: 100 },
      (_, at) => `${createHash('md5').update(`${at}`).digest('hex').slice(0, 9)} `,
    )
    expect(await reason(sentence.join('').slice(0, 1024))).toBe('taken')
  })

  it('is the same in any composition of its letters', async () => {
    const email = 'nfkc@x.example'
    await create({ email, name: 'Nina', password: 'cafe\u0301 au lait, bitte sehr' })
    await signInAs(whole.url, { email, password: 'caf\u00e9 au lait, bitte sehr' })
  })

  it('has eight characters where a second factor is demanded; is too short once it is not', async () => {
    const eve = await addPerson(whole, 'Eve')
    const choose = await passwordLink(whole, eve)
    expect((await choose('k3vd9mwa')).text).toContain('fewer than 15 characters')
    const raised = await whole.call('POST', `/api/v1/people/${eve.id}/require`, { acr: 'aal2', reason: 'test' })
    expect(raised.status, JSON.stringify(raised.json)).toBe(200)
    expect((await choose('k3vd9mw')).text).toContain('fewer than 8 characters')
    expect((await choose('xk7!mwa9')).text).toContain('known from a breach')
    expect((await choose('k3vd9mwa')).status).toBe(200)
    await whole.call('DELETE', `/api/v1/people/${eve.id}/require`)
    const browser = visitor(whole.url)
    const answer = await browser.post('/sign-in', { username: eve.email, password: 'k3vd9mwa' })
    expect(answer.headers.get('location')).toBe('/sign-in/password')
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
  })
})

describe('a password that others know', () => {
  /** Somebody whose password was lost by another site after they had chosen it here. */
  async function unlucky(name: string) {
    const passwordHash = await argon2(lost, { memoryCost: 7168, timeCost: 1, parallelism: 1 })
    const email = `unlucky-${name.toLowerCase()}@x.example`
    const made = await create({ email, name, passwordHash })
    return { id: made.json['id'] as string, email, password: lost }
  }
  const change = { current: lost, password: 'gravel teapot 93 saxophone' }

  it('is changed before the session counts', async () => {
    const { id, email, password } = await unlucky('Uma')
    const browser = visitor(whole.url)
    const answer = await browser.post('/sign-in', { username: email, password, return: '/console/people' })
    expect(answer.status).toBe(303)
    const page = answer.headers.get('location') ?? ''
    expect(page).toBe('/sign-in/password?return=%2Fconsole%2Fpeople')
    const [marked] = await eventsOf(whole, 'password.compromised')
    expect(marked).toMatchObject({ resource: id, actor: id })

    // The session is nobody's yet, and no other step leads around it.
    const half = browser.session
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
    expect((await browser.api('PUT', `/api/v1/people/${id}/password`, change)).status).toBe(401)
    for (const step of ['/sign-in', '/sign-in/verify', '/sign-in/enrol']) {
      expect((await browser.get(`${step}?return=/console/people`)).headers.get('location'), step).toBe(page)
    }
    expect((await browser.get(page)).text).toContain('autocomplete="new-password"')

    const wrong = await browser.post('/sign-in/password', { ...change, current: 'not it', return: '/console/people' })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('The current password is not right')
    const weak = await browser.post('/sign-in/password', { ...change, password: lost, return: '/console/people' })
    expect(weak.status).toBe(422)
    expect(weak.text).toContain('known from a breach')

    const done = await browser.post('/sign-in/password', { ...change, return: '/console/people' })
    expect(done.headers.get('location')).toBe('/console/people')
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ principal: { id } })
    expect(browser.session).not.toBe(half)
    const [set] = await eventsOf(whole, 'password.set')
    expect(set).toMatchObject({ outcome: 'success', actor: id, resource: id })
    await signInAs(whole.url, { email, password: change.password })
    const letters = await whole.call('GET', `/api/v1/mailbox?to=${encodeURIComponent(email)}`)
    expect((letters.json['items'] as { template: string }[]).map(({ template }) => template)).toContain(
      'password-changed',
    )
  })

  it('cannot be changed there by who does not come from such a sign-in, nor from another site', async () => {
    const { email, password } = await unlucky('Una')
    const stranger = await visitor(whole.url).post('/sign-in/password', change)
    expect(stranger.headers.get('location')).toBe('/sign-in')
    const well = await signInAs(whole.url, await addPerson(whole, 'Well'))
    expect((await well.post('/sign-in/password', change)).headers.get('location')).toBe('/console/')
    const browser = visitor(whole.url)
    await browser.post('/sign-in', { username: email, password })
    const cross = await browser.post('/sign-in/password', change, { 'sec-fetch-site': 'cross-site' })
    expect(cross.status).toBe(403)
  })

  it('is braked as every guess is', async () => {
    const { email, password } = await unlucky('Ugo')
    await forget()
    const browser = visitor(whole.url)
    await browser.post('/sign-in', { username: email, password })
    const guess = async () => (await browser.post('/sign-in/password', { ...change, current: 'a guess' })).status
    expect(await guess()).toBe(422)
    await admin.query('UPDATE sign_in_throttles SET attempts = 1000')
    expect(await guess()).toBe(422)
    expect(await guess()).toBe(429)
    await forget()
  })
})

describe('the controls', () => {
  it('say how passwords are kept, and which of them must be changed', async () => {
    const { json } = await whole.call('GET', '/api/v1/controls')
    const controls = new Map(
      (json['items'] as { id: string; status: string; evidence: string }[]).map((control) => [control.id, control]),
    )
    expect(controls.get('signin.password-hashes')?.status).toBe('pass')
    expect(controls.get('signin.password-length')?.status).toBe('pass')
    expect(controls.get('signin.password-cost')).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('$pbkdf2-sha256$i=10000'),
    })
    expect(controls.get('signin.breach-filter')).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('The filter knows 3 passwords'),
    })
  })
})
