import type { EncryptedColumn } from '../../keys/index.ts'
import {
  FileSecrets,
  FileSettings,
  OtlpSecrets,
  OtlpSettings,
  type SinkKind,
  SyslogSecrets,
  SyslogSettings,
  type Target,
  WebhookSecrets,
  WebhookSettings,
} from './settings.ts'
import type { Sink } from './sink.ts'
import { type Db, readSecrets } from './store/sinks.ts'

const settingsOf = { otlp: OtlpSettings, syslog: SyslogSettings, file: FileSettings, webhook: WebhookSettings } as const
const secretsOf = { otlp: OtlpSecrets, syslog: SyslogSecrets, file: FileSecrets, webhook: WebhookSecrets } as const

/** Where the secrets of sinks are kept. */
export const secretsColumn = { table: 'log_sinks', column: 'secrets', purpose: 'sinks' } as const

/** What a sink is told, with its secrets opened. @throws Error when their key was destroyed */
export async function openTarget(
  tx: Db,
  column: EncryptedColumn,
  sink: Pick<Sink, 'id' | 'kind' | 'settings'>,
): Promise<Target> {
  const text = await column.open(tx, sink.id, await readSecrets(tx, sink.id))
  if (text === null) throw new Error('the key of the secrets of this sink was destroyed')
  return targetOf(sink.kind, sink.settings, JSON.parse(text))
}

/** @throws ZodError for what does not fit the kind */
export function targetOf(kind: SinkKind, settings: unknown, secrets: unknown): Target {
  return { kind, settings: settingsOf[kind].parse(settings), secrets: secretsOf[kind].parse(secrets) } as Target
}
