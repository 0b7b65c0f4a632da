import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import type { Target } from '../settings.ts'
import { createFile } from './file.ts'
import { createOtlp } from './otlp.ts'
import { createSyslog } from './syslog.ts'
import type { Transport } from './transport.ts'
import { createWebhook } from './webhook.ts'

/** What every transport may need of the installation. */
export interface TransportSurroundings {
  readonly outbound: Outbound
  /** `ledger.sinks.directory` */
  readonly directory: string | undefined
  /** name of the public URL, for syslog */
  readonly hostname: string
  readonly processId: string
  readonly version: string
  readonly now: () => Date
}

export function openTransport(
  sink: { readonly id: string; readonly name: string },
  target: Target,
  surroundings: TransportSurroundings,
): Transport {
  switch (target.kind) {
    case 'otlp':
      return createOtlp({ ...surroundings, settings: target.settings, secrets: target.secrets })
    case 'syslog':
      return createSyslog({ ...surroundings, settings: target.settings, secrets: target.secrets })
    case 'file':
      return createFile({ ...surroundings, settings: target.settings })
    default:
      return createWebhook({ ...surroundings, sink, settings: target.settings, secrets: target.secrets })
  }
}
