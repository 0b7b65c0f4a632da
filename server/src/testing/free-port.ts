import { createServer, type Server } from 'node:net'

// A server's address must be known before it listens, seconds later. A port that the system picks may by then be given
// to whoever asks next; these are below the range from which it picks, and each process has a hundred of its own: it
// listens on the first for as long as it lives, so that nobody else takes them.
const lowest = 15_000
const blocks = 160
const ports = 100
let block: Promise<number> | undefined
let given = 0

/** A port of 127.0.0.1 that nobody listens on, and that no other test process will be given. */
export async function freePort(): Promise<number> {
  block ??= ownBlock()
  const first = await block
  for (let attempt = 1; attempt < ports; attempt++) {
    const port = first + 1 + (given++ % (ports - 1))
    const probe = await listenOn(port)
    if (probe === undefined) continue
    await new Promise((closed) => probe.close(closed))
    return port
  }
  throw new Error(`the ports from ${first} are all taken`)
}

async function ownBlock(): Promise<number> {
  for (let n = 0; n < blocks; n++) {
    const first = lowest + ((process.pid + n) % blocks) * ports
    const guard = await listenOn(first)
    if (guard === undefined) continue
    guard.unref()
    return first
  }
  throw new Error('every block of ports is taken')
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
