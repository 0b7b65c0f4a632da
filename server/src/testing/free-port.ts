import { createServer } from 'node:net'

// A server's address must be known before it listens, seconds later. A port that the system picks may by then be given
// to whoever asks next; these are below the range from which it picks, and each process walks through a hundred of its own.
const lowest = 15_000
const blocks = 160
const ports = 100
const first = lowest + (process.pid % blocks) * ports
let given = 0

/** A port of 127.0.0.1 that nobody listens on, and that no other test process will be given. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ports; attempt++) {
    const port = first + (given++ % ports)
    if (await isFree(port)) return port
  }
  throw new Error(`the ports from ${first} are all taken`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
