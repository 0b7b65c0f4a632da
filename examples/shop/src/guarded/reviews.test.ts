import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { MODERATOR, PEOPLE } from '../test/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.close())

async function write(who: 'ben' | 'mia', text: string): Promise<string> {
  const answer = await shop.send(who, 'POST', '/reviews', { body: { product: 'kettle', rating: 4, text } })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

async function stands(id: string): Promise<boolean> {
  const { rows } = await shop.database.query('SELECT id FROM reviews WHERE id = $1', [id])
  return rows.length === 1
}

describe('deleting a review', () => {
  it('is for its author', async () => {
    const id = await write('ben', 'mine')
    expect((await shop.send('ben', 'DELETE', `/reviews/${id}`)).status).toBe(204)
    expect(await stands(id)).toBe(false)
  })

  it('is for an admin', async () => {
    const id = await write('ben', 'rude')
    expect((await shop.send('ada', 'DELETE', `/reviews/${id}`)).status).toBe(204)
    expect(await stands(id)).toBe(false)
  })

  it('is for whoever has the role of a moderator, which nobody takes by naming it', async () => {
    const id = await write('ben', 'ruder')
    const ask = (person: string, headers = {}) =>
      shop.app.request(`/reviews/${id}`, {
        method: 'DELETE',
        headers: { 'holdfast-identity': shop.control.identity(person), ...headers },
      })
    expect((await ask(PEOPLE.sam, { 'x-role': 'moderator', role: 'moderator' })).status).toBe(403)
    expect(await stands(id)).toBe(true)
    expect((await ask(MODERATOR)).status).toBe(204)
    expect(await stands(id)).toBe(false)
  })

  it('is refused to a customer by hand, with the failed condition and an event, and the review stays', async () => {
    const id = await write('ben', 'stays')
    const claims = { 'x-role': 'admin', cookie: 'role=admin', 'x-user': PEOPLE.ada }
    const answer = await shop.send('mia', 'DELETE', `/reviews/${id}?role=admin`, { headers: claims })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await answer.json()) as { eventId?: string; detail?: string }
    expect(problem.eventId).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.stringify(problem)).toMatch(/resource\.author == principal/)
    expect(await stands(id)).toBe(true)
    await expect
      .poll(() => shop.control.events.find((event) => event.actor?.id === PEOPLE.mia))
      .toMatchObject({ outcome: 'refused' })
  })

  it('is refused to whoever is not signed in', async () => {
    const id = await write('ben', 'stays too')
    expect((await shop.send(null, 'DELETE', `/reviews/${id}`)).status).toBe(401)
    expect((await shop.app.request(`/reviews/${id}`, { method: 'DELETE' })).status).toBe(401)
    const forged = { 'holdfast-identity': `${shop.control.identity(PEOPLE.ada).slice(0, -4)}AAAA` }
    expect((await shop.app.request(`/reviews/${id}`, { method: 'DELETE', headers: forged })).status).toBe(401)
    expect(await stands(id)).toBe(true)
  })

  it('is refused when a page of another site asks', async () => {
    const id = await write('ben', 'not by a foreign page')
    const headers = { 'sec-fetch-site': 'cross-site' }
    const answer = await shop.send('ben', 'POST', `/reviews/${id}/delete`, { headers })
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'cross_site' }])
    expect(await stands(id)).toBe(true)
  })

  it('of nothing is 404', async () => {
    for (const id of ['0198a000-0000-7000-8000-00000000dead', "x' OR 1=1 --", '%00']) {
      expect((await shop.send('ada', 'DELETE', `/reviews/${encodeURIComponent(id)}`)).status).toBe(404)
    }
  })
})

describe('a review', () => {
  it('is text in the page, whatever it holds, and the page lets no script run', async () => {
    const script = `<script>steal(document.cookie)</script><img src=x onerror="steal()">`
    await write('mia', script)
    const page = await shop.send('ben', 'GET', '/p/kettle')
    const text = await page.text()
    expect(text).not.toContain('<script')
    expect(text).not.toContain('<img')
    expect(text).toContain('&lt;script&gt;')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it.each([
    [{ product: 'kettle', rating: 900, text: 'x' }, 'rating'],
    [{ product: 'kettle', rating: 5, text: '' }, 'text'],
    [{ product: 'kettle', rating: 5, text: 'x', author: PEOPLE.ada }, 'author'],
    [{ product: 'kettle', rating: 5, text: 'x'.repeat(2001) }, 'text'],
  ])('%j is refused for its %s', async (body, path) => {
    const answer = await shop.send('ben', 'POST', '/reviews', { body })
    expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ path }] }])
  })

  it('shows its delete button to whoever may delete it, and to nobody else', async () => {
    const id = await write('ben', 'a button for some')
    const button = async (who: 'ada' | 'ben' | 'mia' | null): Promise<boolean> =>
      (await (await shop.send(who, 'GET', '/p/kettle')).text()).includes(`/reviews/${id}/delete`)
    expect([await button('ben'), await button('ada'), await button('mia'), await button(null)]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
