import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { startChild, type Child } from '../stack/child.ts'
import { ensureDatabase } from '../stack/databases.ts'
import { startStack, type Stack } from '../stack/index.ts'
import { freePort } from '../stack/ports.ts'
import { shopProgram } from '../stack/shop.ts'
import type { GuardedContext, LabPerson, NaiveContext } from './attack.ts'
import { guardedContexts, type GuardedWorld } from './guarded.ts'
import { send } from './http.ts'
import { type Internal, startInternal } from './internal.ts'
import { eventFinder } from './ledger.ts'
import { startNaiveProxy } from './naive-proxy.ts'
import { naiveContext, type PreparedNaive } from './naive.ts'
import { sendRaw } from './raw.ts'
import type { FindEvent } from './report.ts'
import { witnessOf } from './witness.ts'

/** A whole Holdfast with both shops, and the four contexts in which attacks are played. */
export interface World {
  readonly stack: Stack
  readonly naive: NaiveContext
  /** A naive shop of its own behind the stack's gateway. */
  readonly fronted: NaiveContext
  /** Their origins, without anybody in front. */
  readonly naiveShops: readonly [naive: string, fronted: string]
  readonly gateway: GuardedContext
  readonly bypassed: GuardedContext
  readonly findEvent: FindEvent
  /** Takes everything down, the data too. */
  close(): Promise<void>
}

interface Closing {
  readonly steps: (() => Promise<unknown>)[]
}

/** Starts it in a temporary folder on free ports; whatever else runs on this machine is not touched. */
export async function startWorld(): Promise<World> {
  const closing: Closing = { steps: [] }
  const close = async (): Promise<void> => {
    for (const step of closing.steps.toReversed()) await step()
  }
  try {
    return { ...(await build(closing)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build({ steps }: Closing): Promise<Omit<World, 'close'>> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-lab-'))
  steps.push(() => Promise.resolve(rmSync(data, { recursive: true, force: true })))
  chmodSync(data, 0o755) // as root, PostgreSQL runs as another user, who must reach its folder
  const printed = new Map<string, string[]>()
  const onLine = (part: string, line: string): void => {
    printed.set(part, [...(printed.get(part) ?? []), line])
  }
  const printedBy = (...parts: string[]): string => parts.flatMap((part) => printed.get(part) ?? []).join('\n')

  const stack = await startStack({ data, ports: 'free', onLine })
  steps.push(() => stack.stop())
  const people = peopleOf(stack)
  const ids = JSON.stringify(Object.fromEntries(stack.people.map(({ name, id }) => [name, id])))

  const internal = await startInternal()
  steps.push(() => Promise.resolve(internal.close()))
  const naiveShop = (name: string, database: string): Promise<NaiveShop> =>
    startNaive(stack, { name, database, ids, people, internal, printed: () => printedBy(name) }, onLine, steps)
  const [naive, fronted, open] = await Promise.all([
    naiveShop('naive shop', 'holdfast_naive'),
    naiveShop('naive shop behind the gateway', 'holdfast_fronted'),
    startShop(
      'guarded',
      'open shop',
      {
        SHOP_DATABASE_URL: stack.shop.databaseUrl,
        SHOP_PEOPLE: ids,
        SHOP_ACCEPT: 'identity,session,bearer',
        HOLDFAST_CREDENTIALS: stack.shop.credentials,
      },
      onLine,
      steps,
    ),
  ])
  const proxy = await startNaiveProxy(naive.url)
  steps.push(() => proxy.close())
  const front = await putBehindGateway(stack, fronted.url)
  const naiveContexts = naive.seenFrom(naive.url, proxy.url)
  const frontedContexts = fronted.seenFrom(front, front)
  await naiveContexts.prepare()
  await frontedContexts.prepare()

  const world: GuardedWorld = {
    ...people,
    stack,
    open,
    witness: witnessOf(openPool(stack.shop.databaseUrl, steps)),
    printed: () => `${readFileSync(stack.controlPlane.logFile, 'utf8')}\n${printedBy('gateway', 'shop', 'open shop')}`,
    secrets: secretsOf(stack),
    internal,
  }
  const guarded = await guardedContexts(world)
  return {
    stack,
    naive: naiveContexts,
    fronted: frontedContexts,
    naiveShops: [naive.url, fronted.url],
    ...guarded,
    findEvent: eventFinder(stack.api),
  }
}

function peopleOf({ people }: Stack): Record<'attacker' | 'victim' | 'admin', LabPerson> {
  const find = (name: string): LabPerson => {
    const person = people.find((each) => each.name === name)
    if (person === undefined) throw new Error(`The stack has no ${name}.`)
    return person
  }
  return { attacker: find('mia'), victim: find('ben'), admin: find('ada') }
}

interface NaiveParts {
  readonly name: string
  readonly database: string
  /** SHOP_PEOPLE */
  readonly ids: string
  readonly people: ReturnType<typeof peopleOf>
  readonly internal: Internal
  readonly printed: () => string
}

interface NaiveShop {
  readonly url: string
  /** @param front where bytes go that are no proper request */
  readonly seenFrom: (origin: string, front: string) => PreparedNaive
}

async function startNaive(
  { controlPlane, secrets }: Stack,
  { name, database, ids, people, internal, printed }: NaiveParts,
  onLine: (part: string, line: string) => void,
  steps: Closing['steps'],
): Promise<NaiveShop> {
  const databaseUrl = await ensureDatabase(controlPlane.databaseUrl, database, secrets.naiveDatabase)
  const url = await startShop('naive', name, { SHOP_DATABASE_URL: databaseUrl, SHOP_PEOPLE: ids }, onLine, steps)
  const witness = witnessOf(openPool(databaseUrl, steps))
  return {
    url,
    seenFrom: (origin, front) =>
      naiveContext({
        ...people,
        send: (sending) => send(origin, sending),
        raw: (message) => sendRaw(front, message, 2),
        witness,
        printed,
        internal,
      }),
  }
}

/** Behind the stack's gateway, open to everybody and with no setting made: as one that has just been put there. @returns its origin */
async function putBehindGateway({ api, shop }: Stack, upstream: string): Promise<string> {
  const host = `naive.localhost:${new URL(shop.url).port}`
  await api.post('/applications?wait=effective', {
    id: 'naive',
    name: 'Naive shop',
    hosts: [host],
    upstream,
    publicPaths: ['/*'],
  })
  return `http://${host}`
}

async function startShop(
  twin: 'naive' | 'guarded',
  name: string,
  env: Record<string, string>,
  onLine: (part: string, line: string) => void,
  steps: Closing['steps'],
): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`
  const child: Child = await startChild({
    name,
    file: shopProgram(twin),
    env: { ...env, SHOP_LISTEN: new URL(url).host },
    readyUrl: `${url}/products`,
    onLine: (line) => onLine(name, line),
  })
  steps.push(() => child.stop())
  return url
}

function openPool(url: string, steps: Closing['steps']): Pool {
  const pool = new Pool({ connectionString: url, max: 2 })
  // An idle connection that ends when PostgreSQL is stopped is no error; a query that fails rejects by itself.
  pool.on('error', () => undefined)
  steps.push(() => pool.end())
  return pool
}

/** What must not be in any log: passwords, service keys, the bootstrap token, the passwords of the databases. */
function secretsOf({ people, secrets, gateway, shop, api }: Stack): readonly string[] {
  const keys = [gateway.credentials, shop.credentials].map((path) => {
    const { token } = JSON.parse(readFileSync(path, 'utf8')) as { token: string }
    return token
  })
  const token = api.connection.token === undefined ? [] : [api.connection.token]
  return [...people.map(({ password }) => password), ...keys, ...token, secrets.database, secrets.naiveDatabase]
}
