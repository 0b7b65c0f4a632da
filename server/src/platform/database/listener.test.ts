import { type ExpectStatic, inject, it } from 'vitest'
import { openFixture } from '../../testing/fixture.ts'
import { startProxy } from '../../testing/proxy.ts'
import { openDatabase } from './database.ts'
import type { Hearing } from './listener.ts'

// At the same time: they mostly wait for what is noticed after some seconds.

interface Context {
  readonly expect: ExpectStatic
  readonly onTestFinished: (end: () => Promise<void>) => void
}

/** A database heard by way of a proxy, each test's own. */
async function open({ expect, onTestFinished }: Context) {
  const told: Hearing[] = []
  const fixture = await openFixture(inject('postgresUrl'))
  const proxy = await startProxy(fixture.url)
  // The way of a pooler: statements go one way, and notifications are heard on another.
  const onHearing = (hearing: Hearing) => void told.push(hearing)
  const database = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2, onHearing })
  onTestFinished(async () => {
    await database.close()
    await proxy.close()
    await fixture.close()
  })
  return { told, fixture, proxy, database, hears: () => expect.poll(() => database.hearing()).toBe('hears') }
}

it.concurrent('hears what is notified, and says so', async (context) => {
  const { expect } = context
  const { database, fixture, hears, told } = await open(context)
  let heard = 0
  database.listen('test', () => (heard += 1))
  await hears()
  const before = heard
  await fixture.admin.query('NOTIFY test')
  await expect.poll(() => heard).toBeGreaterThan(before)
  expect(told).toEqual([])
})

it.concurrent('notices a connection on which nothing arrives any more, though it is open, and connects anew', async (context) => {
  const { database, proxy, hears, told } = await open(context)
  database.listen('test', () => {})
  await hears()
  proxy.freeze()
  await context.expect.poll(() => told).toEqual(['deaf', 'hears'])
})

it.concurrent('is called every second where notifications are swallowed, and hears again when they are not', async (context) => {
  const { expect } = context
  const { database, proxy, hears, told } = await open(context)
  let heard = 0
  database.listen('test', () => (heard += 1))
  await hears()
  proxy.swallowNotifications(true)
  await expect.poll(() => database.hearing()).toBe('deaf')
  const before = heard
  await expect.poll(() => heard).toBeGreaterThan(before + 2)
  proxy.swallowNotifications(false)
  await hears()
  expect(told).toEqual(['deaf', 'hears'])
})

it.concurrent('is deaf while there is nothing to connect to, and closes all the same', async (context) => {
  const { fixture, proxy } = await open(context)
  await proxy.down()
  const late = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2 })
  late.listen('test', () => {})
  await context.expect.poll(() => late.hearing()).toBe('deaf')
  await late.close()
  await proxy.up()
})

it.concurrent('closes while its connection is dead', async (context) => {
  const { fixture, proxy } = await open(context)
  const late = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2 })
  late.listen('test', () => {})
  await context.expect.poll(() => late.hearing()).toBe('hears')
  proxy.freeze()
  await late.close()
})
