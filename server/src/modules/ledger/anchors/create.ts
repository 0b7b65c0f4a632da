import type { Clock } from '../../../platform/clock.ts'
import type { LedgerConfig } from '../config.ts'
import { createDatabaseAnchor } from './database.ts'
import { createFileAnchor } from './file.ts'
import { createMemoryAnchor } from './memory.ts'
import { type AnchorWatch, type AnchorWatchDeps, createAnchorWatch } from './watch.ts'

export interface AnchorDeps extends Pick<AnchorWatchDeps, 'database' | 'keys' | 'identity' | 'onMismatch' | 'onError'> {
  readonly clock: Clock
  readonly config: Pick<LedgerConfig, 'anchors' | 'anchorSeconds'>
  /** what the process remembers of a log that is no longer that */
  readonly forget: () => void
}

/** The anchors of the configuration, and the memory of this process. */
export function createAnchors({ clock, config, forget, ...deps }: AnchorDeps): AnchorWatch {
  const now = () => clock.now()
  const origin = async () => (await deps.identity()).origin
  const configured = config.anchors.map((anchor) =>
    'file' in anchor ? createFileAnchor(anchor.file) : createDatabaseAnchor(anchor.database, origin),
  )
  return createAnchorWatch({
    ...deps,
    anchors: [createMemoryAnchor(now, forget), ...configured],
    seconds: config.anchorSeconds,
    now,
  })
}
