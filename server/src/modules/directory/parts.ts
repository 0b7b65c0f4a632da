import type { ScimUsers } from './scim/store/users.ts'
import type { People } from './store/people.ts'
import type { DirectoryDeps } from './types.ts'

/** What the use cases work with: what the directory was given, and its own stores that encrypt. */
export type DirectoryTools = DirectoryDeps & { readonly people: People; readonly users: ScimUsers }
