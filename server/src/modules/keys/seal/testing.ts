import type { RootKey } from './root.ts'

/** A root key that never changes, for tests of what lies under it. */
export function testRoot(byte = 7): RootKey {
  const root = { generation: 1, key: Buffer.alloc(32, byte) }
  return { inForce: async () => root }
}
