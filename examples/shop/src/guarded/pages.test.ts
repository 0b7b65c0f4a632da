import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestShop, type TestShop } from '../test/guarded-shop.ts'
import { PEOPLE } from '../test/people.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.close())

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }

describe('the pages', () => {
  it('need no script and no inline style', async () => {
    for (const path of ['/', '/p/kettle', '/account']) {
      const text = await (await shop.send('ben', 'GET', path)).text()
      expect(text).not.toMatch(/<script|<style|style=|\son[a-z]+=/i)
      expect(text).toContain('Ben')
    }
    const css = await shop.app.request('/assets/shop.css')
    expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  })

  it('are for everybody where nothing is private, and say where to sign in', async () => {
    for (const answer of [await shop.send(null, 'GET', '/p/kettle'), await shop.app.request('/p/kettle')]) {
      expect(answer.status).toBe(200)
      const text = await answer.text()
      expect(text).toContain('/.holdfast/sign-in?return=%2Fp%2Fkettle')
      expect(text).not.toContain('<textarea')
    }
    expect((await shop.send(null, 'GET', '/account')).status).toBe(401)
  })

  it('print what was searched for as text', async () => {
    const text = await (await shop.send('ben', 'GET', '/?query=%3Cscript%3E%22')).text()
    expect(text).toContain('Found for “&lt;script&gt;&quot;”')
    expect(text).not.toContain('<script')
  })

  it('show previews of public addresses only', async () => {
    const urls = [
      'http://127.0.0.1:80/',
      'http://localhost/',
      'http://[::ffff:7f00:1]/',
      'http://169.254.169.254/latest/',
    ]
    for (const url of urls) {
      const answer = await shop.send('ben', 'POST', '/previews', { body: { url } })
      expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'address_refused' }])
    }
    expect((await shop.send('ben', 'POST', '/previews', { body: { url: 'file:///etc/passwd' } })).status).toBe(422)
    expect((await shop.send(null, 'POST', '/previews', { body: { url: urls[0] } })).status).toBe(401)
  })

  it('buy with a form, once, however often it is sent', async () => {
    const page = await (await shop.send('ben', 'GET', '/p/notebook')).text()
    const key = /name="idempotencyKey" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const before = await shop.balance('ben')
    const fields = { product: 'notebook', quantity: '2', idempotencyKey: key }
    const token = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const others = await (await shop.send('mia', 'GET', '/p/notebook')).text()
    for (const foreign of [
      {},
      { csrf_token: '' },
      { csrf_token: /csrf_token" value="([^"]+)"/.exec(others)?.[1] ?? '' },
    ]) {
      const body = new URLSearchParams({ ...fields, ...foreign }).toString()
      expect((await shop.send('ben', 'POST', '/orders', { body, headers: FORM })).status).toBe(403)
    }
    expect(await shop.balance('ben')).toBe(before)
    const body = new URLSearchParams({ ...fields, csrf_token: token }).toString()
    for (const _ of [1, 2]) {
      const answer = await shop.send('ben', 'POST', '/orders', { body, headers: FORM })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account'])
    }
    expect(await shop.balance('ben')).toBe(before - 1800)
    expect(await (await shop.send('ben', 'GET', '/account')).text()).toContain('2 × Notebook')
  })

  it('show all orders to an admin alone', async () => {
    const text = async (who: 'ada' | 'ben') => (await shop.send(who, 'GET', '/account')).text()
    expect(await text('ada')).toContain('All orders')
    expect(await text('ben')).not.toContain('All orders')
  })

  it('receive whoever comes for the first time', async () => {
    await shop.database.query('DELETE FROM reviews WHERE author_id = $1', [PEOPLE.sam])
    await shop.database.query('DELETE FROM wallets WHERE person_id = $1', [PEOPLE.sam])
    await shop.database.query('DELETE FROM profiles WHERE person_id = $1', [PEOPLE.sam])
    expect(await (await shop.send('sam', 'GET', '/account')).text()).toContain('New customer')
    expect(await shop.balance('sam')).toBe(5000)
  })
})
