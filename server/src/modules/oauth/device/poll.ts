import { sql } from 'kysely'
import { errors, type Provider } from 'oidc-provider'
import type { Database } from '../../../platform/database/database.ts'
import type { Clock } from '../../../platform/clock.ts'
import { buffer } from '../provider/buffer.ts'
import { idHash } from '../store/columns.ts'

/** Seconds between two questions of a device (RFC 8628, section 3.2: `interval`, 5 when it is not said). */
const pollSeconds = 5
/** A device that does not listen need not ask more often than this. */
const longest = 60

/**
 * RFC 8628, section 3.5: a device that asks before its interval is over is told to slow down, and its interval grows by five seconds
 * for good. The row decides, so that it is the same whichever replica is asked.
 * @returns whether it asked too soon
 */
async function askedTooSoon(database: Database, tenant: string, deviceCode: string, now: Date): Promise<boolean> {
  return database.asTenant(
    tenant,
    async (tx) => {
      const { rows } = await sql<{ too_soon: boolean }>`
        INSERT INTO oauth_device_polls AS p (device_hash, tenant_id, interval_seconds, polled_at, too_soon)
        VALUES (${idHash('DeviceCode', deviceCode)}, current_tenant(), ${pollSeconds}, ${now}, false)
        ON CONFLICT (device_hash) DO UPDATE SET
          too_soon = excluded.polled_at < p.polled_at + make_interval(secs => p.interval_seconds),
          interval_seconds = CASE WHEN excluded.polled_at < p.polled_at + make_interval(secs => p.interval_seconds)
            THEN least(p.interval_seconds + 5, ${longest}) ELSE p.interval_seconds END,
          polled_at = excluded.polled_at
        RETURNING too_soon`.execute(tx.kysely())
      return rows[0]?.too_soon ?? false
    },
    'unsynced',
  )
}

interface Waiting {
  readonly jti: string
  readonly accountId?: string
  readonly error?: string
  readonly isExpired: boolean
}

/** What oidc-provider lacks of RFC 8628: the interval. */
export function configureDevice({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  return (provider: Provider): void => {
    const model = provider.DeviceCode as unknown as {
      find(value: string, options?: object): Promise<Waiting | undefined>
    }
    const find = model.find.bind(model)
    model.find = async (value, options) => {
      const code = await find(value, options)
      const { tenant } = buffer()
      const waits = code !== undefined && code.accountId === undefined && code.error === undefined && !code.isExpired
      // Only the token endpoint looks for it by this: the page knows the other code.
      if (waits && tenant !== undefined && (await askedTooSoon(database, tenant, value, clock.now()))) {
        throw new errors.SlowDown()
      }
      return code
    }
    provider.on('device_authorization.success', (_ctx, body) => {
      Object.assign(body, { interval: pollSeconds })
    })
  }
}
