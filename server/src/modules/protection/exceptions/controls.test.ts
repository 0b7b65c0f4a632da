import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openDatabase } from '../../../platform/database/database.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { exceptionControls } from './controls.ts'

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
})
afterAll(() => whole.close())

const path = '/api/v1/applications/shop/protection'
const set = async (inspection: object): Promise<void> => {
  const { status, json } = await whole.call('PUT', path, { inspection })
  expect(status, JSON.stringify(json)).toBe(200)
}

async function check(id: string, now = new Date()): Promise<string> {
  const control = exceptionControls.find((each) => each.id === id)
  const database = openDatabase({ url: whole.databaseUrl })
  const result = await control?.check({ database, tenant: '', now })
  await database.close()
  return `${result?.status}: ${result?.evidence}`
}

it('controls tell what is not inspected, not described, and which exceptions are to be looked at again', async () => {
  for (const { id } of exceptionControls) expect(await check(id)).toBe('unknown: No application has a gateway.')
  const routing = { hosts: ['shop.localhost:7480'], upstream: 'http://127.0.0.1:7410', publicPaths: [] }
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', ...routing })
  expect(await check('protection.attacks-refused')).toContain('pass: 1 ')
  expect(await check('protection.api-described')).toContain('fail: ')
  expect(await check('protection.exceptions-narrow')).toContain('pass: 0 ')
  const document = { openapi: '3.1.0', info: { title: 'a', version: '1' }, paths: { '/a': { get: { responses: {} } } } }
  const narrow = { operation: 'POST /a', place: 'body', name: '/text', by: 'sql', class: 'boolean' }
  await set({ mode: 'report', document, exceptions: [narrow] })
  expect(await check('protection.attacks-refused')).toContain('fail: Not refused at: shop')
  expect(await check('protection.api-described')).toContain('pass')
  expect(await check('protection.exceptions-narrow')).toContain('pass: 1 ')
  const later = new Date(Date.now() + 181 * 86_400_000)
  expect(await check('protection.exceptions-narrow', later)).toContain('older than 180 days')
  const ending = { ...narrow, expiresAt: new Date(Date.now() + 182 * 86_400_000).toISOString() }
  await set({ exceptions: [ending] })
  expect(await check('protection.exceptions-narrow', later)).toContain('pass')
  expect(await check('protection.exceptions-narrow', new Date(Date.now() + 183 * 86_400_000))).toContain('has ended')
  for (const broad of [
    { ...narrow, operation: '* /a' },
    { ...narrow, operation: 'POST /a/**' },
  ]) {
    await set({ exceptions: [broad] })
    expect(await check('protection.exceptions-narrow')).toContain('fail')
  }
  await set({ ruleExceptions: [{ operation: 'POST /a', rule: 942100, variable: 'ARGS' }] })
  expect(await check('protection.exceptions-narrow')).toContain('all of ARGS')
})
