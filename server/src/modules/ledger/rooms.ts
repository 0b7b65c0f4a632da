import { retentionErrors } from './retention/errors.ts'
import { retentionEvents } from './retention/events.ts'
import { retentionTables } from './retention/tables.ts'
import { searchErrors } from './search/errors.ts'
import { searchEvents } from './search/events.ts'
import { searchTables } from './search/tables.ts'
import { sinkErrors } from './sinks/errors.ts'
import { sinkEvents } from './sinks/events.ts'
import { sinkTables } from './sinks/tables.ts'
import { sourceErrors } from './sources/errors.ts'
import { telemetryEvents } from './telemetry/events.ts'
import { telemetryTables } from './telemetry/tables.ts'

/** What the rooms of the module add to its manifest. */
export const rooms = {
  tables: { ...searchTables, ...retentionTables, ...telemetryTables, ...sinkTables },
  errors: { ...searchErrors, ...retentionErrors, ...sinkErrors, ...sourceErrors },
  events: { ...searchEvents, ...retentionEvents, ...telemetryEvents, ...sinkEvents },
} as const
