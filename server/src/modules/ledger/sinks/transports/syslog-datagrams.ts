import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Outbound, resolveChecked } from '../../../../platform/outbound/resolve.ts'
import type { SyslogSettings } from '../settings.ts'
import { DeliveryFailed, failureOf } from './transport.ts'

/** How long a host takes to say that nobody listens, milliseconds. */
const unreachableWithin = 25

/**
 * Sends each message as a datagram (RFC 5426). There is no acknowledgement of any kind: delivered means that the system
 * sent them, and that nobody said at once that the port is closed.
 */
export async function sendDatagrams(
  messages: readonly Buffer[],
  settings: SyslogSettings,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<void> {
  let socket: Socket | undefined
  try {
    const [first] = await resolveChecked(settings.host, outbound)
    if (first === undefined) throw new DeliveryFailed('the name has no address')
    socket = createSocket(first.family === 6 ? 'udp6' : 'udp4')
    let unreachable: Error | undefined
    socket.on('error', (error) => {
      unreachable = error
    })
    socket.connect(settings.port, first.address)
    await once(socket, 'connect', { signal })
    for (const message of messages) {
      if (unreachable !== undefined || signal.aborted) break
      await send(socket, message)
    }
    await sleep(unreachableWithin)
    if (unreachable !== undefined) throw unreachable
    if (signal.aborted) throw new DeliveryFailed('the delivery was broken off')
  } catch (error) {
    throw failureOf(error)
  } finally {
    socket?.close()
  }
}

function send(socket: Socket, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, (error) => (error === null ? resolve() : reject(error)))
  })
}
