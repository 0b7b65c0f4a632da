import { declareTables } from '../../platform/database/tables.ts'

/** It keeps nothing of its own yet: what it says is checked when it is asked. */
export const tables = declareTables({})
