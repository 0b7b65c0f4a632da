import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { staticSite } from './static-site.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-site-'))
afterAll(() => rmSync(folder, { recursive: true }))
const site = join(folder, 'site')
mkdirSync(join(site, 'assets'), { recursive: true })
writeFileSync(join(site, 'index.html'), '<!doctype html><title>console</title>')
writeFileSync(join(site, 'assets', 'main-1.js'), 'export {}')
writeFileSync(join(folder, 'secret.txt'), 'the secret')
symlinkSync(join(folder, 'secret.txt'), join(site, 'link.txt'))

const serve = staticSite(site, '/console/')
const get = (path: string, headers = {}) => serve?.(new Request(`http://h${path}`, { headers })) as Response

test('a file is served with its type and for ever, the page for whatever else', async () => {
  const script = get('/console/assets/main-1.js')
  expect(script.headers.get('content-type')).toMatch(/javascript/)
  expect(script.headers.get('cache-control')).toMatch(/immutable/)
  expect(await get('/console/people/123').text()).toContain('<title>console')
  expect(get('/console/people').headers.get('cache-control')).toBe('no-cache')
  expect(get('/console/assets/gone.js').status).toBe(404)
})

test('nothing outside of the site is served, by no spelling', async () => {
  for (const path of [
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    'assets/../../secret.txt',
    'link.txt',
    '/etc/passwd',
  ]) {
    const text = await get(`/console/${path}`).text()
    expect(text).not.toContain('the secret')
    expect(text).not.toContain('root:')
  }
})

test('an unchanged file is not sent again', () => {
  const etag = get('/console/').headers.get('etag') ?? ''
  expect(get('/console/', { 'if-none-match': etag }).status).toBe(304)
})

test('the policy admits our own origin and nothing inline', () => {
  const policy = get('/console/').headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*/)
})

test('where nothing is built there is no site', () => {
  expect(staticSite(join(folder, 'absent'), '/console/')).toBeUndefined()
})
