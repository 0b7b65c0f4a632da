import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customer } from '../database/seed.ts'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { PEOPLE } from '../test/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.close())

/** An e-mail, a number of a telephone or of a card of whoever was sown. */
const HIDDEN = /\b\w+@shop\.example|\+49|"\d{4}"/

async function see(who: 'ada' | 'ben' | 'mia' | 'sam', whose: keyof typeof PEOPLE) {
  shop.statements()
  shop.received()
  const answer = await shop.send(who, 'GET', `/profiles/${PEOPLE[whose]}`)
  const profile: unknown = await answer.json()
  return { status: answer.status, profile, sql: shop.statements().join('\n'), received: shop.received() }
}

describe('a profile', () => {
  it('shows its owner e-mail, phone and the last four of the card', async () => {
    const { profile } = await see('ben', 'ben')
    expect(profile).toEqual({
      id: PEOPLE.ben,
      displayName: 'Ben',
      email: 'ben@shop.example',
      phone: expect.stringMatching(/^\+49/),
      cardLast4: expect.stringMatching(/^\d{4}$/),
    })
  })

  it.each(['ada', 'mia'] as const)(
    'shows %s the name of another, and nothing else leaves the database',
    async (who) => {
      const { profile, sql, received } = await see(who, 'ben')
      expect(profile).toEqual({ id: PEOPLE.ben, displayName: 'Ben' })
      expect(received).toContain('"Ben"')
      expect(received).not.toMatch(HIDDEN)
      expect(sql).not.toContain('*')
    },
  )

  it('shows support a masked e-mail that the database has masked', async () => {
    const { profile, received } = await see('sam', 'ben')
    expect(profile).toEqual({ id: PEOPLE.ben, displayName: 'Ben', maskedEmail: 'b***@shop.example' })
    expect(received).toContain('b***@shop.example')
    expect(received).not.toMatch(HIDDEN)
  })

  it('in a list shows of each what may be seen of that one, and the rest never leaves the database', async () => {
    shop.received()
    shop.statements()
    const { items } = (await (await shop.send('mia', 'GET', '/profiles')).json()) as { items: { id: string }[] }
    expect(items).toHaveLength(4)
    const { email, phone, cardLast4 } = customer('mia', PEOPLE.mia)
    const received = shop.received()
    for (const own of [email, phone, cardLast4]) expect(received).toContain(`"${own}"`)
    expect([email, phone, cardLast4].reduce((text, own) => text.replaceAll(`"${own}"`, ''), received)).not.toMatch(
      HIDDEN,
    )
    expect(shop.statements().filter((text) => text.includes('FROM profiles'))).toHaveLength(1)
    for (const item of items) {
      expect(Object.keys(item).toSorted()).toEqual(
        item.id === PEOPLE.mia ? ['cardLast4', 'displayName', 'email', 'id', 'phone'] : ['displayName', 'id'],
      )
    }
  })

  it('shows no more to whoever asks for more', async () => {
    const wishes = [
      '?fields=email,phone',
      '?columns=*',
      '?select=card_last4&mask=email',
      `?principal=${PEOPLE.ben}&role=support`,
    ]
    const headers = { 'x-user': PEOPLE.ben, 'x-role': 'support', 'x-fields': '*', prefer: 'return=representation' }
    shop.received()
    for (const query of wishes) {
      for (const path of [`/profiles/${PEOPLE.ben}`, `/profiles/${PEOPLE.ben.toUpperCase()}`]) {
        const answer = await shop.send('mia', 'GET', `${path}${query}`, { headers })
        expect(await answer.json()).toEqual({ id: PEOPLE.ben, displayName: 'Ben' })
      }
    }
    expect(shop.received()).not.toMatch(HIDDEN)
  })

  it('is for nobody who is not signed in', async () => {
    expect((await shop.send(null, 'GET', '/profiles')).status).toBe(401)
    expect((await shop.send(null, 'GET', `/profiles/${PEOPLE.ben}`)).status).toBe(401)
  })

  it('is changed by its owner, field by field', async () => {
    const change = { displayName: 'Benjamin', phone: '+49 30 1234567' }
    const answer = await shop.send('ben', 'PATCH', `/profiles/${PEOPLE.ben}`, { body: change })
    expect([answer.status, await answer.json()]).toMatchObject([200, { ...change, email: 'ben@shop.example' }])
  })

  it('is not changed by another, an admin neither', async () => {
    for (const who of ['mia', 'ada', 'sam'] as const) {
      const answer = await shop.send(who, 'PATCH', `/profiles/${PEOPLE.ben}`, { body: { displayName: 'Stolen' } })
      expect(answer.status).toBe(403)
    }
    expect((await see('ben', 'ben')).profile).toMatchObject({ displayName: 'Benjamin' })
  })

  it.each([
    { role: 'admin' },
    { groups: ['admins'] },
    { person_id: PEOPLE.ada },
    { card_number: '4111111111111111' },
    {},
  ])('takes no %j', async (body) => {
    expect((await shop.send('ben', 'PATCH', `/profiles/${PEOPLE.ben}`, { body })).status).toBe(422)
  })
})

describe('the database of the guarded shop', () => {
  it('has no column for a password or a full card number', async () => {
    const { rows } = await shop.database.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'`,
    )
    const names = rows.map((row) => row.column_name)
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => /password|secret|token|card_number|cvv|role/.test(name))).toEqual([])
  })
})

describe('the wallet', () => {
  it('is one’s own, whatever the request says', async () => {
    const answer = await shop.send('mia', 'GET', `/wallet?person=${PEOPLE.ben}`)
    expect(await answer.json()).toEqual({ balanceCents: await shop.balance('mia') })
  })
})
