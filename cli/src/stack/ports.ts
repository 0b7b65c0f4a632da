import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { Failure } from '../failure.ts'

// A port that the system picks is given to the next who asks as soon as it is let go, and what is started here listens on
// its own only seconds later. These are below the range from which the system picks; each process has a hundred of its own:
// it listens on the first for as long as it lives, so that nobody else takes them.
const lowest = 15_000
const blocks = 160
const ports = 100
let block: Promise<number> | undefined
let given = 0

/** A port of this machine that nobody listens on, and that no other call here gives. */
export async function freePort(): Promise<number> {
  block ??= ownBlock()
  const first = await block
  for (let attempt = 1; attempt < ports; attempt++) {
    const port = first + 1 + (given++ % (ports - 1))
    if ((await problemOf(port)) === undefined) return port
  }
  throw allTaken(first, first + ports - 1)
}

/** @returns the first port of the block, on which this process listens from now on */
async function ownBlock(): Promise<number> {
  for (let n = 0; n < blocks; n++) {
    const first = lowest + ((process.pid + n) % blocks) * ports
    const guard = createServer()
    if ((await listenOn(guard, first)) !== undefined) continue
    guard.unref()
    return first
  }
  throw allTaken(lowest, lowest + blocks * ports - 1)
}

function allTaken(first: number, last: number): Failure {
  return new Failure({
    code: 'port_taken',
    detail: `The ports ${first} to ${last} are all taken.`,
    mend: 'Name ports yourself: --ports 17400,17480,17410.',
  })
}

export function taken(port: number, name: string, cause: unknown): Failure {
  return new Failure({
    code: 'port_taken',
    detail: `Port ${port}, for the ${name}, is taken by another program.`,
    mend: 'Stop that program, perhaps another Holdfast, or take other ports: --ports 17400,17480,17410.',
    cause,
  })
}

/** @throws Failure that names the port: told before anything was started, not by a stack trace after half of it */
export async function assertFree(port: number, name: string): Promise<void> {
  const problem = await problemOf(port)
  if (problem !== undefined) throw taken(port, name, problem)
}

/** @returns why nothing can listen there */
async function problemOf(port: number): Promise<Error | undefined> {
  const server = createServer()
  const problem = await listenOn(server, port)
  if (problem !== undefined) return problem
  server.close()
  await once(server, 'close')
  return undefined
}

function listenOn(server: Server, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve).listen(port, '127.0.0.1', () => resolve(undefined))
  })
}
