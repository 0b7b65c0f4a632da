import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { Failure } from '../failure.ts'

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
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
  const server = createServer()
  const outcome = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve).listen(port, '127.0.0.1', () => resolve(undefined))
  })
  if (outcome !== undefined) throw taken(port, name, outcome)
  server.close()
  await once(server, 'close')
}
