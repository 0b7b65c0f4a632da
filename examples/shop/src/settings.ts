import { z } from 'zod'

const People = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), z.uuid())

const Settings = z.object({
  SHOP_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
  SHOP_LISTEN: z
    .string()
    .regex(/^[^\s]+:\d{1,5}$/, 'must be host:port')
    .optional(),
  SHOP_ACCEPT: z
    .string()
    .default('identity')
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['identity', 'session', 'bearer'])).min(1)),
  SHOP_PEOPLE: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('must be JSON')
        return z.NEVER
      }
    })
    .pipe(People),
})

export interface ShopSettings {
  databaseUrl: string
  host: string
  port: number
  accept: readonly ('identity' | 'session' | 'bearer')[]
  people: Readonly<Record<string, string>>
}

/**
 * Reads the shop's environment (see README.md).
 * @throws Error with one line per setting that is wrong
 */
export function readSettings(env: NodeJS.ProcessEnv, defaultListen: string): ShopSettings {
  const read = Settings.safeParse(env)
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The shop cannot start.\n  ${lines.join('\n  ')}`)
  }
  const listen = read.data.SHOP_LISTEN ?? defaultListen
  const colon = listen.lastIndexOf(':')
  return {
    databaseUrl: read.data.SHOP_DATABASE_URL,
    host: listen.slice(0, colon),
    port: Number(listen.slice(colon + 1)),
    accept: read.data.SHOP_ACCEPT,
    people: read.data.SHOP_PEOPLE,
  }
}
