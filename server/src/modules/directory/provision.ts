import type { Tx } from '../../platform/work.ts'
import { insertGroup } from './store/groups.ts'
import type { DirectoryTools } from './parts.ts'

/** The groups that the built-in policies speak of. */
const builtinGroups: Readonly<Record<string, string>> = {
  admins: 'Operators',
  auditors: 'Auditors',
  gateways: 'Gateways',
  provisioning: 'Provisioning',
  support: 'Support',
}

/** Creates what every tenant has from the start. May be repeated. */
export async function provisionTenant(
  tx: Tx,
  { clock, people }: Pick<DirectoryTools, 'clock' | 'people'>,
): Promise<void> {
  await people.provision(tx)
  for (const [id, name] of Object.entries(builtinGroups)) {
    await insertGroup(tx, { id, name, builtin: true, now: clock.now() })
  }
}
