import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import type { SyslogSecrets } from '../settings.ts'
import { SyslogSettings } from '../settings.ts'
import { certificates } from '../testing/certificates.ts'
import { never, outgoingEvent } from '../testing/items.ts'
import { startSyslogReceiver, type SyslogBehaviour, type SyslogReceiver } from '../testing/syslog-receiver.ts'
import { createSyslog } from './syslog.ts'

let receiver: SyslogReceiver
const start = async (behaviour?: SyslogBehaviour) => {
  receiver = await startSyslogReceiver(behaviour)
}
afterEach(() => receiver?.close())

function syslog(given: object, secrets: SyslogSecrets = {}) {
  const settings = SyslogSettings.parse({ host: '127.0.0.1', timeoutSeconds: 1, ...given })
  const outbound = { allowPrivate: true }
  return createSyslog({ settings, secrets, outbound, hostname: 'holdfast.test', processId: '1' })
}
const batch = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => outgoingEvent(from + n))
const seqs = (messages: readonly string[]) => messages.map((message) => Number(/ seq="(\d+)"/.exec(message)?.[1]))
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1)

describe('over TCP', () => {
  test('a batch arrives whole and in order, framed by its octets', async () => {
    await start()
    const transport = syslog({ port: receiver.port, protocol: 'tcp' })
    await transport.send(batch(1, 300), never)
    await transport.send([outgoingEvent(301, { message: 'two\nlines' })], never)
    expect(seqs(receiver.messages)).toEqual(upTo(301))
  })

  test('a receiver that closes half-way has not acknowledged', async () => {
    await start({ connected: (socket) => socket.once('data', () => socket.end()) })
    const large = batch(1, 300).map((event) => ({ ...event, json: JSON.stringify({ text: 'x'.repeat(60_000) }) }))
    await expect(syslog({ port: receiver.port, protocol: 'tcp' }).send(large, never)).rejects.toThrow(/closed|reached/)
  })

  test('a receiver that resets after it has taken everything has not acknowledged', async () => {
    await start({ connected: (socket) => socket.once('data', () => socket.resetAndDestroy()) })
    await expect(syslog({ port: receiver.port, protocol: 'tcp' }).send(batch(1, 3), never)).rejects.toThrow()
  })

  test('a receiver that takes nothing, or never says that it has, is given up in time', async () => {
    await start({ connected: (socket) => socket.pause() })
    const transport = syslog({ port: receiver.port, protocol: 'tcp' })
    await expect(transport.send(batch(1, 3), never)).rejects.toThrow('did not close the connection')
    const large = Array.from({ length: 300 }, (_, n) => ({ ...outgoingEvent(n + 1), json: `"${'x'.repeat(60_000)}"` }))
    await expect(transport.send(large, never)).rejects.toThrow('did not take the messages')
  })

  test('for a receiver that keeps connections open, sent may count as delivered', async () => {
    await start({ connected: () => {} })
    await syslog({ port: receiver.port, protocol: 'tcp', acknowledge: 'sent' }).send(batch(1, 3), never)
    await expect.poll(() => seqs(receiver.messages)).toEqual([1, 2, 3])
  })

  test('nobody there, or an address that is not allowed', async () => {
    await start()
    const { port } = receiver
    await receiver.close()
    await expect(syslog({ port, protocol: 'tcp' }).send(batch(1, 1), never)).rejects.toThrow('ECONNREFUSED')
    const metadata = syslog({ port, protocol: 'tcp', host: '169.254.169.254' })
    await expect(metadata.send(batch(1, 1), never)).rejects.toThrow('link-local')
  })
})

describe('over TLS', () => {
  const trusting = { protocol: 'tls', host: 'localhost', caCertificate: certificates.authority }

  test('a batch arrives at a receiver that the authority certified', async () => {
    await start({ tls: true })
    await syslog({ ...trusting, port: receiver.port }).send(batch(1, 200), never)
    expect(seqs(receiver.messages)).toEqual(upTo(200))
  })

  test('a receiver of another authority, or of another name, gets nothing', async () => {
    await start({ tls: true })
    const { port } = receiver
    await expect(syslog({ protocol: 'tls', host: 'localhost', port }).send(batch(1, 1), never)).rejects.toThrow()
    const misnamed = syslog({ ...trusting, serverName: 'other.test', port })
    await expect(misnamed.send(batch(1, 1), never)).rejects.toThrow('ALTNAME')
    await syslog({ ...trusting, host: '127.0.0.1', serverName: 'receiver.test', port }).send(batch(1, 1), never)
    expect(seqs(receiver.messages)).toEqual([1])
  })

  test('a receiver that wants to know us is shown our certificate', async () => {
    await start({ tls: true, clientCertificate: true })
    const { port } = receiver
    // TLS 1.3 refuses a client after the client has begun to send: without an acknowledgement that would be lost.
    await expect(syslog({ ...trusting, port }).send(batch(1, 3), never)).rejects.toThrow()
    expect(receiver.messages).toEqual([])
    const known = { ...trusting, port, clientCertificate: certificates.client }
    await syslog(known, { clientKey: certificates.clientKey }).send(batch(1, 3), never)
    expect(receiver.clients).toEqual(['holdfast-sink'])
    expect(seqs(receiver.messages)).toEqual([1, 2, 3])
  })
})

describe('over UDP', () => {
  async function listen(): Promise<{ socket: Socket; port: number; messages: string[] }> {
    const socket = createSocket('udp4')
    const messages: string[] = []
    socket.on('message', (message) => messages.push(message.toString()))
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return { socket, port: socket.address().port, messages }
  }

  test('each event is a datagram, at most as long as receivers have to take, and says when it was cut', async () => {
    const { socket, port, messages } = await listen()
    const long = outgoingEvent(2, { message: 'x'.repeat(5000) })
    await syslog({ port, protocol: 'udp' }).send([outgoingEvent(1), long, outgoingEvent(3)], never)
    await expect.poll(() => messages.length).toBe(3)
    expect(seqs(messages)).toEqual([1, 2, 3])
    expect(messages.map((message) => message.includes(' truncated="'))).toEqual([false, true, false])
    expect(messages[1]).toHaveLength(2048)
    socket.close()
  })

  test('a port at which nobody listens is noticed', async () => {
    const { socket, port } = await listen()
    socket.close()
    await expect(syslog({ port, protocol: 'udp' }).send(batch(1, 20), never)).rejects.toThrow('ECONNREFUSED')
  })
})
