import { isAbsolute, join, resolve } from 'node:path'
import type { Configuration } from '../configuration.ts'
import { createSealDesk, keyFile, type SealDesk } from '../modules/keys/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/diagnostics/logger.ts'

export interface DeskParts {
  readonly config: Pick<Configuration, 'seal'>
  readonly dataDir: string
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** What keeps the root key of this replica, as its settings say. */
export function deskOf({ config, dataDir, database, clock, logger }: DeskParts): SealDesk {
  const { kind = 'file', passphrase } = config.seal
  return createSealDesk({
    database,
    clock,
    means: { kind, file: keyFile(sealFile(config, dataDir)), passphrase },
    onError: (error) => logger.error({ error }, 'the seal'),
    onNote: (note) => logger.warn(note),
  })
}

export function sealFile({ seal }: Pick<Configuration, 'seal'>, dataDir: string): string {
  const { keyFile } = seal
  if (keyFile === undefined) return join(dataDir, 'seal.key')
  return isAbsolute(keyFile) ? keyFile : resolve(keyFile)
}

/** A sentence where the settings say another seal than the one that holds; undefined when they agree, or say nothing. */
export function otherwiseChosen({ seal }: Pick<Configuration, 'seal'>, desk: SealDesk): string | undefined {
  const { kind } = desk.status()
  if (seal.kind === undefined || seal.kind === kind) return undefined
  return `seal.kind: ${seal.kind} is configured, and the root key is sealed by ${kind}. Run "holdfast seal change --to ${seal.kind}", or correct the setting.`
}
