import type { Cli } from '../cli.ts'
import { Failure, usage } from '../failure.ts'

export interface SettingOptions {
  readonly config?: string
  readonly set?: readonly string[]
}

/** Where the server's configuration comes from when this command starts it, prints it or looks at it. */
export function sources({ terminal, options: { data } }: Cli, { config, set }: SettingOptions) {
  return {
    env: terminal.env,
    file: config ?? terminal.env['HOLDFAST_CONFIG'],
    flags: { ...settings(set), ...(data !== undefined && { data }) },
  }
}

/** `--set http.listen=0.0.0.0:7400` as the server takes it. */
function settings(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw usage(`--set ${text} names no value.`, 'Write it like --set http.listen=0.0.0.0:7400.')
      return [text.slice(0, at), text.slice(at + 1)] as const
    }),
  )
}

/** The errors that the server's start throws for its operator: each has its sentence, and none needs a stack. */
export async function explained(error: unknown): Promise<never> {
  const { ConfigError, DataDirectoryBusy, MigrationError, SealMismatch } = await import('@holdfast/server/main')
  if (error instanceof ConfigError) {
    throw new Failure({
      code: 'config_invalid',
      detail: 'The configuration cannot be used.',
      lines: error.problems,
      mend: '"holdfast config print" shows what is in force and where it comes from.',
      cause: error,
    })
  }
  if (error instanceof DataDirectoryBusy) {
    throw new Failure({ code: 'data_busy', detail: error.message, cause: error })
  }
  if (error instanceof MigrationError) {
    throw new Failure({ code: 'migration_failed', detail: error.message, cause: error })
  }
  if (error instanceof SealMismatch) {
    throw new Failure({ code: 'seal_mismatch', detail: error.message, cause: error })
  }
  throw error
}
