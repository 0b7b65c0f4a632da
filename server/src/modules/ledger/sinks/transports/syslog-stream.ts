import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { type Outbound, resolveChecked } from '../../../../platform/outbound/resolve.ts'
import type { SyslogSecrets, SyslogSettings } from '../settings.ts'
import { DeliveryFailed, failureOf } from './transport.ts'

export interface StreamParts {
  readonly settings: SyslogSettings
  readonly secrets: SyslogSecrets
  readonly outbound: Outbound
  readonly signal: AbortSignal
}

/**
 * Sends a batch over a connection of its own. Syslog has no acknowledgement, and what the system took from us may still
 * lie in a buffer of a machine that is gone. So the end of the batch is the end of our side of the connection, and the
 * batch is delivered when the far side, having read to that end, ends its own: a receiver that dies or resets before has
 * not. (A receiver that keeps such a connection open needs `acknowledge: sent`, and may lose what it had not read.)
 */
export async function sendStream(bytes: Buffer, { settings, secrets, outbound, signal }: StreamParts): Promise<void> {
  const found = await resolveChecked(settings.host, outbound).catch((error: unknown) => {
    throw failureOf(error)
  })
  const [first] = found
  if (first === undefined) throw new DeliveryFailed('the name has no address')
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const socket = open(first.address, settings, secrets)
  let sent = false
  let ended = false
  const abort = () => socket.destroy(new DeliveryFailed('the delivery was broken off'))
  signal.addEventListener('abort', abort, { once: true })
  socket.setTimeout(settings.timeoutSeconds * 1000, () => {
    const waited = sent ? 'it did not close the connection after the last message' : 'it did not take the messages'
    socket.destroy(new DeliveryFailed(`${waited} within ${settings.timeoutSeconds} s`))
  })
  socket.on('error', reject)
  // Whatever a receiver says is not for us; unread, it would keep the end of the connection from being seen.
  socket.resume()
  socket.on('end', () => {
    if (sent) ended = true
    else socket.destroy(new DeliveryFailed('it closed the connection before it had everything'))
  })
  socket.on('close', () => {
    if (ended || (sent && settings.acknowledge === 'sent')) resolve()
    else reject(new DeliveryFailed('the connection was closed'))
  })
  socket.end(bytes, () => {
    sent = true
    if (settings.acknowledge === 'sent') resolve()
  })
  try {
    if (signal.aborted) abort()
    await done
  } catch (error) {
    throw failureOf(error)
  } finally {
    signal.removeEventListener('abort', abort)
    // The far side of `sent` may take its time; the near side has nothing more to say.
    if (settings.acknowledge !== 'sent') socket.destroy()
    else socket.unref()
  }
}

function open(address: string, settings: SyslogSettings, secrets: SyslogSecrets): Socket {
  const target = { host: address, port: settings.port }
  if (settings.protocol === 'tcp') return connect(target)
  const name = settings.serverName ?? settings.host
  const tls: ConnectionOptions = {
    ...target,
    minVersion: 'TLSv1.2',
    // The certificate is that of the name, though we connect to the address that was checked.
    ...(isIP(name) === 0 && { servername: name }),
    ...(settings.caCertificate !== undefined && { ca: settings.caCertificate }),
    ...(settings.clientCertificate !== undefined && { cert: settings.clientCertificate }),
    ...(secrets.clientKey !== undefined && { key: secrets.clientKey }),
  }
  return connectTls(tls)
}
