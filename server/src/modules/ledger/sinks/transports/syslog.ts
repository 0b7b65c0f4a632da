import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import type { SyslogSecrets, SyslogSettings } from '../settings.ts'
import { sendDatagrams } from './syslog-datagrams.ts'
import { octetCounted, type SyslogSender, syslogMessage } from './syslog-message.ts'
import { sendStream } from './syslog-stream.ts'
import type { Transport } from './transport.ts'

export interface SyslogParts {
  readonly settings: SyslogSettings
  readonly secrets: SyslogSecrets
  readonly outbound: Outbound
  readonly hostname: string
  readonly processId: string
}

/** What receivers must or should take: RFC 5426, section 3.2; over streams we rely on them being told (`maxBytes`). */
const datagramMost = 2048
const streamMost = 65_507

/** Sends messages of RFC 5424 over TLS (RFC 5425), TCP (RFC 6587, octet counting) or UDP (RFC 5426). */
export function createSyslog({ settings, secrets, outbound, hostname, processId }: SyslogParts): Transport {
  const datagrams = settings.protocol === 'udp'
  const most = settings.maxBytes ?? (datagrams ? datagramMost : streamMost)
  const sender: SyslogSender = { settings, hostname, processId, most }
  return {
    async send(batch, signal) {
      const messages = batch.map((item) => syslogMessage(item, sender))
      if (datagrams) await sendDatagrams(messages, settings, outbound, signal)
      else await sendStream(Buffer.concat(messages.map(octetCounted)), { settings, secrets, outbound, signal })
      return { refused: 0 }
    },
    close: async () => {},
  }
}
