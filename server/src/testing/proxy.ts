import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

export interface DatabaseProxy {
  /** the same database, by way of the proxy */
  readonly url: string
  /** Cuts every connection and takes no new one. */
  down(): Promise<void>
  /** Cuts every connection, and takes new ones. */
  cut(): void
  up(): Promise<void>
  /** Lets the next piece of a connection that contains this text through, and nothing after it: no answer comes back. */
  cutAfter(text: string): void
  /** Connections stay open, and nothing passes any more: a cable that was pulled. */
  freeze(): void
  /** Lets everything through but notifications, from now on and on every connection: what a pooler does. */
  swallowNotifications(swallows: boolean): void
  close(): Promise<void>
}

/** A socket of our own before PostgreSQL, to take the database away in the middle of things. */
export async function startProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const { host, port } = new Client({ connectionString: databaseUrl })
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-proxy-'))
  const path = join(folder, '.s.PGSQL.5432')
  const open = new Set<Socket>()
  let last: string | undefined
  let swallows = false

  const server = createServer((client) => {
    const upstream = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    client.pipe(upstream)
    upstream.pipe(withoutNotifications(() => swallows)).pipe(client)
    client.on('data', (piece: Buffer) => {
      if (last === undefined || !piece.includes(last)) return
      last = undefined
      upstream.unpipe().pause()
      setTimeout(() => client.destroy(), 100)
    })
  })
  const up = () => new Promise<void>((done) => server.listen(path, done))
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  const down = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      cut()
    })
  await up()
  const { user, password, database } = new Client({ connectionString: databaseUrl })
  return {
    url: `postgres://${user}:${encodeURIComponent(password ?? '')}@/${database}?host=${encodeURIComponent(folder)}`,
    down,
    cut,
    up,
    cutAfter(text) {
      last = text
    },
    freeze() {
      for (const socket of open) socket.unpipe().pause()
    },
    swallowNotifications(wanted) {
      swallows = wanted
    },
    async close() {
      if (server.listening) await down()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Messages of the server are a letter, four bytes of length, which counts itself, and so much; `A` is a notification. */
function withoutNotifications(swallows: () => boolean): Transform {
  let rest = Buffer.alloc(0)
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, piece])
      while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
        const length = 1 + rest.readUInt32BE(1)
        if (!(swallows() && rest[0] === 0x41)) this.push(rest.subarray(0, length))
        rest = rest.subarray(length)
      }
      done()
    },
  })
}
