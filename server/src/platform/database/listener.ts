import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { Client } from 'pg'

/** `deaf`: what is notified does not arrive; whoever listens is called every second instead. */
export type Hearing = 'starting' | 'hears' | 'deaf'

export interface Listener {
  /** Calls back on each NOTIFY of the channel, after each reconnect, and every second while notifications do not arrive. */
  listen(channel: string, heard: () => void): () => void
  /** Calls back those who listen to the channel in this process. */
  call(channel: string): void
  hearing(): Hearing
  close(): Promise<void>
}

export interface ListenerOptions {
  /** of PostgreSQL itself: a pooler in transaction mode keeps notifications to itself */
  readonly url: string
  /** Notifies the channel, by any other connection. */
  readonly notify: (channel: string) => Promise<void>
  /** Called when it became deaf, and when it hears again. */
  readonly onHearing: (hearing: Hearing) => void
}

/** Milliseconds. */
const beatEvery = 5_000
const beatArrives = 2_500
const lookEvery = 1_000
const connectWithin = 5_000
const retry = { first: 500, longest: 15_000 }

/**
 * One connection for all channels. That it is open says nothing: a NAT, a pooler or a failover may have taken it away without
 * a word. So it hears its own heartbeat, sent by another connection; one that does not arrive makes it deaf, and it connects anew.
 */
export function createListener({ url, notify, onHearing }: ListenerOptions): Listener {
  const channels = new Map<string, Set<() => void>>()
  const beat = `holdfast_beat_${randomBytes(8).toString('hex')}`
  let client: Client | undefined
  let hearing: Hearing = 'starting'
  let closed = false
  let pause = retry.first
  let retryTimer: NodeJS.Timeout | undefined
  let beatTimer: NodeJS.Timeout | undefined
  let lookTimer: NodeJS.Timeout | undefined
  let statements: Promise<unknown> = Promise.resolve()
  let arrived: (() => void) | undefined

  function tell(next: Hearing): void {
    if (next === hearing || closed) return
    const reported = next === 'deaf' || hearing === 'deaf'
    hearing = next
    clearInterval(lookTimer)
    if (next === 'deaf') lookTimer = setInterval(callAll, lookEvery).unref()
    if (reported) onHearing(next)
  }

  function callAll(): void {
    for (const channel of channels.keys()) callThose(channel)
  }

  function callThose(channel: string): void {
    for (const heard of channels.get(channel) ?? []) heard()
  }

  /** One statement at a time: the driver wants them awaited, and nobody here waits for the last one. */
  function hear(on: Client, channel: string): Promise<unknown> {
    const next = statements.then(() => on.query(`LISTEN ${on.escapeIdentifier(channel)}`))
    statements = next.catch(() => {})
    return next
  }

  async function connect(): Promise<void> {
    const fresh = new Client({
      connectionString: url,
      application_name: 'holdfast listen',
      keepAlive: true,
      connectionTimeoutMillis: connectWithin,
      query_timeout: connectWithin,
    })
    client = fresh
    let over = false
    const again = () => {
      if (over) return
      over = true
      clearTimeout(beatTimer)
      if (client === fresh) client = undefined
      destroy(fresh)
      if (closed) return
      tell('deaf')
      retryTimer = setTimeout(() => void connect(), pause)
      pause = Math.min(retry.longest, pause * 2)
    }
    fresh.on('error', again)
    fresh.on('end', again)
    fresh.on('notification', (message) => {
      if (message.channel === beat) arrived?.()
      callThose(message.channel)
    })
    try {
      statements = fresh.connect()
      await statements
      for (const channel of [beat, ...channels.keys()]) await hear(fresh, channel)
      callAll()
      pulse(again)
    } catch {
      again()
    }
  }

  /** Beats at once, and then again and again, until a beat is lost. */
  function pulse(lost: () => void): void {
    void heartbeat().then((alive) => {
      if (closed) return
      if (alive === false) return lost()
      if (alive === true) {
        pause = retry.first
        tell('hears')
      }
      beatTimer = setTimeout(() => pulse(lost), beatEvery).unref()
    })
  }

  /** @returns whether it arrived; undefined where it could not even be sent, which says nothing about this connection */
  async function heartbeat(): Promise<boolean | undefined> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    arrived = () => resolve(true)
    try {
      await notify(beat)
    } catch {
      return undefined
    }
    const timer = setTimeout(() => resolve(false), beatArrives)
    return promise.finally(() => clearTimeout(timer))
  }

  return {
    listen(channel, heard) {
      const known = channels.get(channel)
      if (known === undefined) {
        channels.set(channel, new Set([heard]))
        if (client === undefined && retryTimer === undefined) void connect()
        // What was notified before it heard is looked for once.
        else if (client !== undefined)
          void hear(client, channel)
            .then(() => callThose(channel))
            .catch(() => {})
      } else known.add(heard)
      return () => channels.get(channel)?.delete(heard)
    },
    call: callThose,
    hearing: () => hearing,
    async close() {
      closed = true
      for (const timer of [retryTimer, beatTimer, lookTimer]) clearTimeout(timer)
      const last = client
      client = undefined
      if (last === undefined) return
      const timer = setTimeout(() => destroy(last), 1_000)
      await last.end().catch(() => {})
      clearTimeout(timer)
    },
  }
}

/** Without a farewell, which a connection that is dead would wait for. */
function destroy(client: Client): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
  stream.destroy()
}
