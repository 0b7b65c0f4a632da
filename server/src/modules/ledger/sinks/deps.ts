import type { EncryptedColumn } from '../../keys/index.ts'
import type { Random } from '../../../platform/random.ts'
import type { TransportSurroundings } from './transports/open.ts'

/** What the use cases of sinks need. */
export interface SinkDeps {
  readonly random: Random
  /** where secrets are kept */
  readonly column: EncryptedColumn
  readonly surroundings: TransportSurroundings
}
