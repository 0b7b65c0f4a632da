import { createHash } from 'node:crypto'
import type { ApplicationRow, PolicyRow } from '../store.ts'

/** Names what is live: another as soon as a policy or the schema of the application is another. */
export function liveVersion(row: Pick<ApplicationRow, 'schema_version'>, policies: readonly PolicyRow[]): string {
  const versions = policies.map(({ name, version, updated_at: at }) => [name, version, at.getTime()])
  return createHash('sha256')
    .update(JSON.stringify([row.schema_version, versions]))
    .digest('hex')
    .slice(0, 32)
}
