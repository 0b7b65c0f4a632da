import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { certificates } from './certificates.ts'

export interface SyslogReceiver {
  readonly port: number
  /** messages of which every octet came */
  readonly messages: string[]
  /** names in the certificates of the clients that connected */
  readonly clients: string[]
  close(): Promise<void>
}

export interface SyslogBehaviour {
  readonly tls?: boolean
  /** asks for a certificate of the authority */
  readonly clientCertificate?: boolean
  /** what happens to a connection; the default reads to its end and ends it too */
  readonly connected?: (socket: Socket, connection: number) => void
}

/** Reads octet-counted messages (RFC 6587, section 3.4.1) as a receiver does that trusts nobody. */
export async function startSyslogReceiver(behaviour: SyslogBehaviour = {}): Promise<SyslogReceiver> {
  const messages: string[] = []
  const clients: string[] = []
  const open = new Set<Socket>()
  let connections = 0
  const take = (socket: Socket): void => {
    connections += 1
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    const name = (socket as Partial<TLSSocket>).getPeerCertificate?.().subject?.CN
    if (typeof name === 'string') clients.push(name)
    let buffered = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      for (;;) {
        const space = buffered.indexOf(0x20)
        const length = Number(buffered.subarray(0, Math.max(0, space)).toString())
        if (space < 1 || !Number.isInteger(length) || buffered.length < space + 1 + length) break
        messages.push(buffered.subarray(space + 1, space + 1 + length).toString())
        buffered = buffered.subarray(space + 1 + length)
      }
    })
    if (behaviour.connected !== undefined) behaviour.connected(socket, connections)
    else socket.on('end', () => socket.end())
  }
  const server: Server =
    behaviour.tls === true
      ? createTlsServer(
          {
            cert: certificates.server,
            key: certificates.serverKey,
            ca: certificates.authority,
            requestCert: behaviour.clientCertificate === true,
            rejectUnauthorized: behaviour.clientCertificate === true,
          },
          take,
        )
      : createServer({ allowHalfOpen: true }, take)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    clients,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
