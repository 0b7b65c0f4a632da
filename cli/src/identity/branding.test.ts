import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let real: RealServer
let folder: string
beforeAll(async () => {
  real = await startReal()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-branding-'))
})
afterAll(async () => {
  await real.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('sets name, colour and logo, one after the other, and takes them away', async () => {
  const branding = (...words: string[]) => real.cli(['identity', 'branding', ...words])
  const logo = join(folder, 'logo.png')
  writeFileSync(logo, Buffer.from(png, 'base64'))
  expect((await branding('show')).out).toMatch(/of +all pages\nname +not said\ncolour +not said\nlogo +none/)
  expect((await branding('set', '--name', 'Northwind', '--accent', '#1f4e8c')).out).toMatch(/colour +#1f4e8c/)
  const added = await branding('set', '--logo', logo)
  expect(added.out).toMatch(/name +Northwind\ncolour +#1f4e8c\nlogo +image\/png/)
  const pale = await branding('set', '--accent', '#ffd700')
  expect([pale.code, pale.error]).toEqual([1, expect.stringContaining('4.5:1')])
  expect((await branding('set', '--logo', join(folder, 'none.png'))).error).toContain('cannot be read')
  expect((await branding('show', '--application', 'nothing')).code).toBe(1)
  expect((await branding('clear')).error).toContain('--yes')
  expect((await branding('clear', '--yes')).out).toMatch(/name +not said/)
})
