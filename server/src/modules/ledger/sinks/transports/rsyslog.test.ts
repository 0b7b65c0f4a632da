import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SyslogSecrets, SyslogSettings } from '../settings.ts'
import { certificates } from '../testing/certificates.ts'
import { never, outgoingEvent } from '../testing/items.ts'
import { hasRsyslog, type Rsyslog, startRsyslog } from '../testing/rsyslog.ts'
import { createSyslog } from './syslog.ts'

function syslog(given: object, secrets: SyslogSecrets = {}) {
  const settings = SyslogSettings.parse({ host: 'localhost', ...given })
  const outbound = { allowPrivate: true, resolve: async () => [{ address: '127.0.0.1', family: 4 }] }
  return createSyslog({ settings, secrets, outbound, hostname: 'holdfast.test', processId: '1' })
}

describe.skipIf(!hasRsyslog)(`a real rsyslogd${hasRsyslog ? '' : ': not run, it is not installed here'}`, () => {
  let rsyslog: Rsyslog
  beforeAll(async () => {
    rsyslog = await startRsyslog()
  })
  afterAll(() => rsyslog?.close())

  const events = (from: number) =>
    Array.from({ length: 200 }, (_, n) => outgoingEvent(from + n, { message: 'ä "]\\ \n' }))
  const written = (from: number) =>
    rsyslog.lines().filter(({ structured }) => Number(/ seq="(\d+)"/.exec(structured)?.[1]) >= from)

  async function takes(from: number): Promise<void> {
    await expect.poll(() => written(from).length).toBe(200)
    for (const [n, { msgid, structured, message }] of written(from).entries()) {
      const event = outgoingEvent(from + n, { message: 'ä "]\\ \n' })
      expect(msgid).toBe('thing.done')
      expect(structured).toBe(
        `[holdfast@32473 seq="${event.seq}" id="${event.id}" kind="thing.done" outcome="success"]`,
      )
      expect(JSON.parse(message)).toEqual(event.document)
    }
  }

  test('takes a batch over TCP, and acknowledges it by closing', async () => {
    await syslog({ protocol: 'tcp', port: rsyslog.ports.tcp }).send(events(1000), never)
    await takes(1000)
  })

  test('takes a batch over TLS from the client that it knows, and from no other', async () => {
    const tls = { protocol: 'tls', port: rsyslog.ports.tls, caCertificate: certificates.authority }
    await expect(syslog(tls).send(events(1500), never)).rejects.toThrow()
    const known = { ...tls, clientCertificate: certificates.client }
    await syslog(known, { clientKey: certificates.clientKey }).send(events(2000), never)
    await takes(2000)
  })

  test('takes datagrams', async () => {
    await syslog({ protocol: 'udp', port: rsyslog.ports.udp }).send(events(3000), never)
    await takes(3000)
  })
})
