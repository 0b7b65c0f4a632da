import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { addPerson, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { contrastOf, darkerShade, leastContrast, styleSheet } from './colour.ts'
import { imageOf } from './image.ts'

/** A real image of one pixel each. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const webp = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64')
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080010002001011100ffd9', 'hex')

describe('images', () => {
  test('are known by what they hold', () => {
    expect(imageOf(png)).toEqual({ type: 'image/png', width: 1, height: 1 })
    expect(imageOf(webp)).toEqual({ type: 'image/webp', width: 1, height: 1 })
    expect(imageOf(jpeg)).toEqual({ type: 'image/jpeg', width: 32, height: 16 })
  })

  test('and what is none is none: a drawing, a page, what begins like one', () => {
    const others = ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<!doctype html>', 'GIF89a', 'RIFF____WEBPVP8 ', '']
    for (const text of others) expect(imageOf(Buffer.from(text.padEnd(40, '\0')))).toBeNull()
    expect(imageOf(png.subarray(0, 20))).toBeNull()
  })

  test('bytes of any kind are read without a fault', () => {
    const heads = [png, webp, jpeg].map((image) => image.subarray(0, 24))
    const made = fc.tuple(fc.constantFrom(...heads, Buffer.alloc(0)), fc.uint8Array({ maxLength: 200 }))
    fc.assert(
      fc.property(made, ([head, rest]) => {
        const image = imageOf(Buffer.concat([head, rest]))
        expect(image === null || image.width >= 0).toBe(true)
      }),
    )
  })
})

describe('colours', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

  test('a darker shade of any can be read, and one that can be stays', () => {
    fc.assert(
      fc.property(colour, (accent) => {
        expect(contrastOf(darkerShade(accent))).toBeGreaterThanOrEqual(leastContrast)
        if (contrastOf(accent) >= leastContrast) expect(darkerShade(accent)).toBe(accent)
        expect(styleSheet(accent)).toMatch(
          /^:root \{\n(?: {2}--[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);\n){3}\}\n$/,
        )
      }),
    )
  })
})

describe('pages', () => {
  let whole: WholeServer

  beforeAll(async () => {
    whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn })
  })
  afterAll(() => whole?.close())

  const put = (path: string, body: Uint8Array, type: string, bearer = whole.token) =>
    fetch(`${whole.url}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
      body: Uint8Array.from(body),
    })
  const page = async (path = '/sign-in') => (await visitor(whole.url).get(path)).text
  const shows = (text: string, path?: string) =>
    eventually(async () => ((await page(path)).includes(text) ? true : undefined))

  test('have name, colour and logo, without anything inline, and keep them', async () => {
    expect(await page()).toContain('<p class="mark">Holdfast</p>')
    const set = await whole.call('PUT', '/api/v1/branding', { name: 'Acme & <Sons>', accent: '#8A1C4D' })
    expect(set).toMatchObject({ status: 200, json: { name: 'Acme & <Sons>', accent: '#8a1c4d', logo: null } })
    await shows('<title>Sign in · Acme &amp; &lt;Sons&gt;</title>')
    const uploaded = await put('/api/v1/branding/logo', png, 'image/png')
    expect(uploaded.status).toBe(200)
    const { logo, stylesheet } = (await uploaded.json()) as { logo: { href: string }; stylesheet: string }
    await shows(`<img class="logo" src="${logo.href}" alt="Acme &amp; &lt;Sons&gt;">`)
    const text = await page()
    expect(text).toContain(`<link rel="stylesheet" href="${stylesheet}">`)
    expect(text).not.toMatch(/ style=|<style/)
    for (const path of ['/recover', '/sign-in/connect', '/oauth/authorize?client_id=none']) {
      expect(await page(path), path).toContain(logo.href)
    }
    const [event] = await eventsOf(whole, 'branding.changed')
    expect(event).toMatchObject({ data: { name: 'Acme & <Sons>', logo: true } })
  })

  test('assets are of a fixed type, sniffed by nobody, and asked for once', async () => {
    const { json } = await whole.call('GET', '/api/v1/branding')
    const { logo, stylesheet } = json as unknown as { logo: { href: string }; stylesheet: string }
    for (const [path, type] of [
      [logo.href, 'image/png'],
      [stylesheet, 'text/css; charset=utf-8'],
    ] as const) {
      const first = await fetch(`${whole.url}${path}`)
      expect(first.headers.get('content-type')).toBe(type)
      expect(first.headers.get('x-content-type-options')).toBe('nosniff')
      expect(first.headers.get('content-security-policy')).toContain("default-src 'none'")
      await first.arrayBuffer()
      const again = await fetch(`${whole.url}${path}`, {
        headers: { 'if-none-match': first.headers.get('etag') ?? '' },
      })
      expect(again.status).toBe(304)
    }
    const css = await (await fetch(`${whole.url}${stylesheet}`)).text()
    expect(css).toBe(styleSheet('#8a1c4d'))
  })

  test('what is no image, too large, or called something else is refused', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    expect((await put('/api/v1/branding/logo', svg, 'image/svg+xml')).status).toBe(415)
    expect((await put('/api/v1/branding/logo', svg, 'image/png')).status).toBe(422)
    expect((await put('/api/v1/branding/logo', Buffer.alloc(200_000), 'image/png')).status).toBe(413)
    const wide = Buffer.from(png)
    wide.writeUInt32BE(60_000, 16)
    expect((await put('/api/v1/branding/logo', wide, 'image/png')).status).toBe(422)
    // What it is called does not matter: what it holds does.
    const odd = await put('/api/v1/branding/logo', webp, 'image/png')
    expect(await odd.json()).toMatchObject({ logo: { type: 'image/webp' } })
  })

  test('a colour that cannot be read is refused, with one that can', async () => {
    const pale = await whole.call('PUT', '/api/v1/branding', { name: 'Acme', accent: '#ffd700' })
    expect(pale).toMatchObject({ status: 422, json: { code: 'accent_unreadable' } })
    const [suggestion = ''] = /#[0-9a-f]{6}(?= is the nearest)/.exec(pale.json['detail'] as string) ?? []
    expect((await whole.call('PUT', '/api/v1/branding', { name: 'Acme', accent: suggestion })).status).toBe(200)
    for (const accent of ['red', 'url(x)', '#12345', '#000000;}body{display:none']) {
      expect((await whole.call('PUT', '/api/v1/branding', { accent })).status, accent).toBe(422)
    }
  })

  test('of an application are those of its sign-in alone', async () => {
    const shop = { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'] }
    expect((await whole.call('POST', '/api/v1/applications', shop)).status).toBe(201)
    expect((await whole.call('PUT', '/api/v1/applications/nothing/branding', { name: 'X' })).status).toBe(404)
    const set = await whole.call('PUT', '/api/v1/applications/shop/branding', { name: 'The Shop' })
    expect(set.json).toMatchObject({ application: 'shop', name: 'The Shop', accent: null })
    const target = new URLSearchParams({
      application: 'shop',
      redirect_uri: 'http://shop.localhost:7480/.holdfast/callback',
      state: 'a'.repeat(43),
      challenge: 'b'.repeat(43),
    })
    const path = `/sign-in?${new URLSearchParams({ return: `/sign-in/for?${target.toString()}` }).toString()}`
    await shows('<title>Sign in · The Shop</title>', path)
    expect(await page()).toContain('<title>Sign in · Acme</title>')
  })

  test('of an application go with it, and so do the limits of its sessions', async () => {
    const brief = { id: 'brief', name: 'Brief' }
    const [brand, limits] = ['/api/v1/applications/brief/branding', '/api/v1/applications/brief/session-limits']
    const untouched = []
    for (const round of ['first', 'again']) {
      expect((await whole.call('POST', '/api/v1/applications', brief)).status, round).toBe(201)
      const [{ json: looks }, { json: lasts }] = [await whole.call('GET', brand), await whole.call('GET', limits)]
      untouched.push({ name: looks['name'], lasts })
      expect((await whole.call('PUT', brand, { name: 'Mine' })).status).toBe(200)
      expect((await whole.call('PUT', limits, { preset: 'pci' })).status).toBe(200)
      expect((await whole.call('GET', limits)).json).not.toEqual(lasts)
      expect((await whole.call('DELETE', '/api/v1/applications/brief')).status).toBe(200)
    }
    expect(untouched[0]).toMatchObject({ name: null })
    expect(untouched[1]).toEqual(untouched[0])
  })

  test('are changed by whoever may, and by nobody else', async () => {
    const browser = await signInAs(whole.url, await addPerson(whole, 'Pia'))
    const auditor = await signInAs(whole.url, await addPerson(whole, 'Otto', ['auditors']))
    for (const own of [browser, auditor]) {
      expect((await own.api('PUT', '/api/v1/branding', { name: 'Mine' })).status).toBe(403)
      expect((await own.api('DELETE', '/api/v1/branding')).status).toBe(403)
      expect((await own.api('DELETE', '/api/v1/applications/shop/branding/logo')).status).toBe(403)
    }
    expect((await browser.api('GET', '/api/v1/branding')).status).toBe(403)
    expect((await auditor.api('GET', '/api/v1/branding')).status).toBe(200)
  })

  test('and are as at first when it is taken away', async () => {
    const { json } = await whole.call('GET', '/api/v1/branding')
    const { logo } = json as unknown as { logo: { href: string } }
    expect((await whole.call('DELETE', '/api/v1/branding')).json).toMatchObject({ name: null, logo: null })
    await shows('<p class="mark">Holdfast</p>')
    expect((await fetch(`${whole.url}${logo.href}`)).status).toBe(404)
  })
})
