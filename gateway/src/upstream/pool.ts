import { type ConnectionOwner, UpstreamConnection } from './connection.ts'

export interface PoolOptions {
  /** Connections to one upstream, idle ones included. */
  readonly connections: number
  /** Milliseconds for which an idle connection is kept; less than the upstream keeps it, or requests race its end. */
  readonly idleMs: number
}

/** Milliseconds by which a connection is given up before the upstream would end it by its own word. */
const margin = 1000

/** The connections to one upstream. The one used last is used first, so that surplus ones grow old and go. */
export class UpstreamPool implements ConnectionOwner {
  private readonly origin: URL
  private readonly options: PoolOptions
  private readonly idle: UpstreamConnection[] = []
  private readonly all = new Set<UpstreamConnection>()
  private closing = false

  constructor(origin: URL, options: PoolOptions) {
    this.origin = origin
    this.options = options
  }

  /**
   * @param fresh a new connection, for a request that an old one has just failed
   * @returns null when all connections are in use
   */
  acquire(fresh: boolean): UpstreamConnection | null {
    const now = performance.now()
    let idle = fresh ? undefined : this.idle.pop()
    while (idle !== undefined) {
      if (idle.usable && now - idle.idleSince < this.idleLimit(idle)) return idle
      idle.socket.destroy()
      idle = this.idle.pop()
    }
    if (this.all.size >= this.options.connections) return null
    const connection = new UpstreamConnection(this.origin, this)
    this.all.add(connection)
    return connection
  }

  released(connection: UpstreamConnection): void {
    if (this.closing) {
      connection.socket.destroy()
      return
    }
    connection.idleSince = performance.now()
    this.idle.push(connection)
  }

  closed(connection: UpstreamConnection): void {
    this.all.delete(connection)
    const at = this.idle.indexOf(connection)
    if (at >= 0) this.idle.splice(at, 1)
  }

  /** Closes connections that have been idle for too long. */
  sweep(now: number): void {
    while (this.idle[0] !== undefined && now - this.idle[0].idleSince >= this.idleLimit(this.idle[0])) {
      this.idle.shift()?.socket.destroy()
    }
  }

  /** Closes idle connections now and the others when their request has ended. */
  close(): void {
    this.closing = true
    for (const connection of this.idle.splice(0)) connection.socket.destroy()
  }

  /** Breaks every connection. */
  destroy(): void {
    this.close()
    for (const connection of this.all) connection.socket.destroy()
  }

  private idleLimit({ idleLimit }: UpstreamConnection): number {
    return idleLimit === null ? this.options.idleMs : Math.min(this.options.idleMs, idleLimit - margin)
  }
}

/** The pools of all upstreams, by origin. */
export class UpstreamPools {
  private readonly options: PoolOptions
  private readonly pools = new Map<string, UpstreamPool>()
  private readonly timer: NodeJS.Timeout

  constructor(options: PoolOptions) {
    this.options = options
    this.timer = setInterval(() => {
      const now = performance.now()
      for (const pool of this.pools.values()) pool.sweep(now)
    }, 1000)
    this.timer.unref()
  }

  /** @param origin of `url`, as the key */
  for(origin: string, url: URL): UpstreamPool {
    let pool = this.pools.get(origin)
    if (pool === undefined) {
      pool = new UpstreamPool(url, this.options)
      this.pools.set(origin, pool)
    }
    return pool
  }

  /** Lets go of the upstreams that no application has any more. */
  keepOnly(origins: ReadonlySet<string>): void {
    for (const [key, pool] of this.pools) {
      if (origins.has(key)) continue
      pool.close()
      this.pools.delete(key)
    }
  }

  close(): void {
    clearInterval(this.timer)
    for (const pool of this.pools.values()) pool.close()
  }

  destroy(): void {
    this.close()
    for (const pool of this.pools.values()) pool.destroy()
  }
}
