import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '../api/client.ts'
import { startChild, type Child } from './child.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { ensureDatabase } from './databases.ts'
import { openLogs, type Logs } from './logs.ts'
import { operator } from './operator.ts'
import { demoSecrets, type DemoPerson, type DemoSecrets } from './people.ts'
import { assertFree, freePort } from './ports.ts'
import { seedPeople, seedServices, seedShop } from './seed.ts'
import { programs } from './shop.ts'

export interface StackPorts {
  readonly controlPlane: number
  readonly gateway: number
  readonly shop: number
}

export const usualPorts: StackPorts = { controlPlane: 7400, gateway: 7480, shop: 7410 }

export interface StackOptions {
  /** The data directory; `demo/` in it holds what is the demonstration's. */
  readonly data: string
  /** The usual ones, or 'free' for whichever are. */
  readonly ports: StackPorts | 'free'
  /** What the control plane sees of the environment, as DATABASE_URL; nothing when not given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Each line that the gateway or the shop prints; they also go to `<data>/demo/<part>.log`. */
  readonly onLine?: (part: string, line: string) => void
}

export interface Stack {
  /** `http://localhost:7400` */
  readonly url: string
  readonly controlPlane: ControlPlane
  /** Speaks to the management API with the bootstrap token, or as the demonstration's admin. */
  readonly api: Api
  readonly gateway: { readonly url: string; readonly credentials: string }
  readonly shop: {
    /** Through the gateway: `http://shop.localhost:7480` */
    readonly url: string
    /** Around it: `http://127.0.0.1:7410` */
    readonly upstream: string
    readonly databaseUrl: string
    readonly credentials: string
  }
  readonly people: readonly DemoPerson[]
  readonly secrets: DemoSecrets
  /** `<data>/demo` */
  readonly folder: string
  /** Resolves with a sentence when a part ends though nobody asked for it. */
  readonly died: Promise<string>
  /** Ends the parts in their order: whoever asks before whoever answers. */
  stop(): Promise<void>
}

/**
 * Starts a whole Holdfast on this machine: the control plane in this process, the gateway and the guarded shop as
 * processes of their own, seeded with people, policies and credentials. A second start on the same data finds
 * everything as it was left.
 * @throws Failure when a port is taken or a part does not start, what startServer throws; nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { data, env = {} } = options
  const ports = options.ports === 'free' ? await freePorts() : options.ports
  const folder = join(data, 'demo')
  mkdirSync(data, { recursive: true, mode: 0o755 }) // as root, PostgreSQL runs as another user, who must get through
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const controlPlane = await startControlPlane({ data, port: ports.controlPlane, folder, env })
  const running: { stop(): Promise<unknown> }[] = [controlPlane]
  const stop = async () => {
    const failures: unknown[] = []
    for (const part of running.splice(0).toReversed()) await part.stop().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'Not every part stopped as it should.')
  }
  try {
    // Behind the control plane, whose lock tells a second start on the same data from another program on the port.
    await assertFree(ports.gateway, 'gateway')
    await assertFree(ports.shop, 'shop')
    const secrets = demoSecrets(join(folder, 'credentials.json'))
    const logs = openLogs(folder, options.onLine)
    running.push({ stop: () => logs.close() })
    const seeder = await operator(controlPlane, secrets)
    running.push(seeder)
    const seeded = await seed(seeder.api, controlPlane, secrets, folder, ports)
    const parts = await startParts({ ...seeded, folder, ports, logs }, running)
    return {
      ...seeded,
      url: controlPlane.url,
      controlPlane,
      secrets,
      folder,
      died: Promise.race(parts.map((part) => part.died)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Seeded = Pick<Stack, 'api' | 'gateway' | 'shop' | 'people'>

async function seed(
  api: Api,
  controlPlane: ControlPlane,
  secrets: DemoSecrets,
  folder: string,
  ports: StackPorts,
): Promise<Seeded> {
  const host = `shop.localhost:${ports.gateway}`
  const upstream = `http://127.0.0.1:${ports.shop}`
  const files = { gateway: join(folder, 'gateway.json'), shop: join(folder, 'shop.json') }
  const [databaseUrl, people] = await Promise.all([
    ensureDatabase(controlPlane.databaseUrl, 'holdfast_shop', secrets.database),
    seedPeople(api, secrets),
    // One after the other: the shop's service is bound to the application.
    seedShop(api, { host, upstream }).then(() => seedServices(api, files)),
  ])
  return {
    api,
    people,
    gateway: { url: `http://127.0.0.1:${ports.gateway}`, credentials: files.gateway },
    shop: { url: `http://${host}`, upstream, databaseUrl, credentials: files.shop },
  }
}

interface Parts extends Seeded {
  readonly folder: string
  readonly ports: StackPorts
  readonly logs: Logs
}

async function startParts(
  { shop, gateway, people, folder, ports, logs }: Parts,
  running: { stop(): Promise<unknown> }[],
): Promise<readonly Child[]> {
  const started = await Promise.allSettled([
    startChild({
      name: 'shop',
      file: programs.guarded,
      env: {
        HOLDFAST_CREDENTIALS: shop.credentials,
        SHOP_DATABASE_URL: shop.databaseUrl,
        SHOP_LISTEN: `127.0.0.1:${ports.shop}`,
        SHOP_PEOPLE: JSON.stringify(Object.fromEntries(people.map(({ name, id }) => [name, id]))),
      },
      readyUrl: `${shop.upstream}/healthz`,
      onLine: logs.line('shop'),
    }),
    startChild({
      name: 'gateway',
      file: programs.gateway,
      env: {
        HOLDFAST_CREDENTIALS: gateway.credentials,
        HOLDFAST_GATEWAY_LISTEN: `127.0.0.1:${ports.gateway}`,
        HOLDFAST_GATEWAY_DATA: join(folder, 'gateway'),
      },
      readyUrl: `${gateway.url}/.holdfast/healthz`,
      onLine: logs.line('gateway'),
    }),
  ])
  const parts = started.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []))
  running.push(...parts)
  for (const part of started) if (part.status === 'rejected') throw part.reason
  return parts
}

async function freePorts(): Promise<StackPorts> {
  return { controlPlane: await freePort(), gateway: await freePort(), shop: await freePort() }
}
