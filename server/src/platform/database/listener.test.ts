import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { type DatabaseProxy, startProxy } from '../../testing/proxy.ts'
import { type Database, openDatabase } from './database.ts'
import type { Hearing } from './listener.ts'

let fixture: Fixture
let proxy: DatabaseProxy
let database: Database
let told: Hearing[]

beforeEach(async () => {
  told = []
  fixture = await openFixture(inject('postgresUrl'))
  proxy = await startProxy(fixture.url)
  // The way of a pooler: statements go one way, and notifications are heard on another.
  const onHearing = (hearing: Hearing) => void told.push(hearing)
  database = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2, onHearing })
})
afterEach(async () => {
  await database.close()
  await proxy.close()
  await fixture.close()
})

const hears = () => expect.poll(() => database.hearing()).toBe('hears')

it('hears what is notified, and says so', async () => {
  let heard = 0
  database.listen('test', () => (heard += 1))
  await hears()
  const before = heard
  await fixture.admin.query('NOTIFY test')
  await expect.poll(() => heard).toBeGreaterThan(before)
  expect(told).toEqual([])
})

it('notices a connection on which nothing arrives any more, though it is open, and connects anew', async () => {
  database.listen('test', () => {})
  await hears()
  proxy.freeze()
  await expect.poll(() => told).toEqual(['deaf', 'hears'])
})

it('is called every second where notifications are swallowed, and hears again when they are not', async () => {
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

it('is deaf while there is nothing to connect to, and closes all the same', async () => {
  await proxy.down()
  const late = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2 })
  late.listen('test', () => {})
  await expect.poll(() => late.hearing()).toBe('deaf')
  await late.close()
  await proxy.up()
})

it('closes while its connection is dead', async () => {
  const late = openDatabase({ url: fixture.url, directUrl: proxy.url, poolSize: 2 })
  late.listen('test', () => {})
  await expect.poll(() => late.hearing()).toBe('hears')
  proxy.freeze()
  await late.close()
})
