import type { Keyring } from '../../keys/index.ts'

/** What page tokens are closed and opened with: a key of the tenant. */
export type TokenKeys = Pick<Keyring, 'ring' | 'openAll'>
