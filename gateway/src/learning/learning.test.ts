import { LearnedPaths } from '@holdfast/bundle'
import { defaultProtection, Protection } from '@holdfast/http-guard'
import { draftLearned, type Learned, mergeLearned } from '@holdfast/inspection'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startUpstream, startWorld, type Upstream, type World } from '../testing/world.ts'

let upstream: Upstream
let world: World

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.writeHead(request.url?.includes('missing') === true ? 404 : 200).end('ok')
  })
  const inspection = { ...defaultProtection.inspection, mode: 'report' as const, learn: true }
  const protection = Protection.parse({ ...defaultProtection, inspection })
  world = await startWorld({
    upstream: upstream.origin,
    protection,
    gateway: { rate: null, trustedProxies: ['127.0.0.1'] },
  })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

const post = (path: string, body: object, headers: readonly string[]) => {
  const text = JSON.stringify(body)
  const head = ['Content-Type: application/json', `Content-Length: ${text.length}`, ...headers]
  return world.send(`POST ${path}`, head, text)
}
const drafted = () => {
  const taken = world.controlPlane.learned.map(({ learned }) => LearnedPaths.parse(learned))
  return draftLearned(taken.reduce<Learned | null>((known, more) => mergeLearned(known, more), null))
}

test('what was answered well to people and to many strangers is told; attacks and what one stranger makes up are not', async () => {
  const { credential } = world.controlPlane.signIn()
  const bearer = [`Authorization: Bearer ${credential}`]
  const from = (address: string) => [`X-Forwarded-For: ${address}`]
  expect((await post('/orders', { item: 'AB', count: 2 }, bearer)).status).toBe(200)
  await post('/orders', { item: "' or 1=1-- ", injected: true }, bearer)
  await post('/missing', { unknown: true }, bearer)
  for (let n = 0; n < 5; n++) await post('/public/made-up', { role: 'root' }, from('192.0.2.1'))
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) await post('/public/signs', { fine: 1 }, from(address))
  await vi.waitFor(
    () => expect(drafted().operations.map(({ name }) => name)).toEqual(['POST /orders', 'POST /public/signs']),
    {
      timeout: 60_000,
      interval: 200,
    },
  )
  const text = JSON.stringify([world.controlPlane.learned, drafted()])
  for (const never of ['injected', 'missing', 'made-up', 'role', '192.0.2', 'AB']) expect(text).not.toContain(never)
})
