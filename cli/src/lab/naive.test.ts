import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { shopProgram } from '../stack/shop.ts'
import type { LabPerson } from './attack.ts'
import { attacks } from './attacks/index.ts'
import { send } from './http.ts'
import { type Internal, startInternal } from './internal.ts'
import { type NaiveProxy, startNaiveProxy } from './naive-proxy.ts'
import { naiveContext, type PreparedNaive } from './naive.ts'
import { sendRaw } from './raw.ts'
import { witnessOf } from './witness.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string
  }
}

// Every attack must really succeed on the naive shop: an attack that is too feeble for it would prove nothing elsewhere.
const name = `lab_${randomBytes(6).toString('hex')}`
let shop: ChildProcess
let pool: Pool
let context: PreparedNaive
let internal: Internal
let proxy: NaiveProxy

beforeAll(async () => {
  await administer(`CREATE DATABASE ${name}`)
  const url = inject('postgresUrl').replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
  const [attacker, victim, admin] = ['mia', 'ben', 'ada'].map(
    (who): LabPerson => ({ name: who, id: randomUUID(), email: `${who}@shop.example`, password: 'unused' }),
  ) as [LabPerson, LabPerson, LabPerson]
  const people = Object.fromEntries([admin, victim, attacker].map((person) => [person.name, person.id]))
  const env = { SHOP_DATABASE_URL: url, SHOP_LISTEN: '127.0.0.1:0', SHOP_PEOPLE: JSON.stringify(people) }
  shop = spawn(process.execPath, [shopProgram('naive')], { env: { ...process.env, ...env } })
  let printed = ''
  const origin = await new Promise<string>((resolve, reject) => {
    for (const stream of [shop.stdout, shop.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        const found = /http:\S+:\d+/.exec(printed)
        if (found !== null) resolve(found[0])
      })
    }
    shop.once('exit', () => reject(new Error(printed)))
  })
  pool = new Pool({ connectionString: url })
  // pg resolves end() before its connections are closed, and the database is dropped under them: not an error of ours.
  pool.on('error', () => undefined)
  internal = await startInternal()
  proxy = await startNaiveProxy(origin)
  context = naiveContext({
    raw: (message) => sendRaw(proxy.url, message, 2),
    internal,
    send: (sending) => send(origin, sending),
    witness: witnessOf(pool),
    printed: () => printed,
    attacker,
    victim,
    admin,
  })
  await context.prepare()
})

afterAll(async () => {
  await proxy?.close()
  internal?.close()
  shop?.kill('SIGTERM')
  if (shop !== undefined) await once(shop, 'exit')
  await pool?.end()
  await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(sql)
  await client.end()
}

describe('on the naive shop', () => {
  it.each(attacks.map((attack) => [attack.title, attack] as const))('%s succeeds', async (_, attack) => {
    expect(await attack.naive(context)).toMatchObject({ succeeded: true })
  })
})
