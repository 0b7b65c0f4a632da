import type { Clock } from '../../../platform/clock.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { systemRandom } from '../../../platform/random.ts'
import { type KeysConfig, keysConfig } from '../config.ts'
import { createKeyring, type KeyringDeps, type OwnKeyring } from '../keyring.ts'
import { testRoot } from '../seal/testing/root.ts'

/** A keyring of a process of its own: it shares nothing with another but the database. */
export function testKeyring(
  database: Database,
  config: Partial<KeysConfig> = {},
  more: Partial<KeyringDeps> & { readonly clock?: Clock } = {},
): OwnKeyring {
  const clock = more.clock ?? systemClock
  return createKeyring({
    database,
    root: testRoot(),
    clock,
    random: systemRandom(clock),
    config: { ...keysConfig.parse({}), ...config },
    ...more,
  })
}
