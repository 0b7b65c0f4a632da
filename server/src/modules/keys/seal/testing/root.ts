import { createDataKey } from '@holdfast/envelope'
import type { RootKey } from '../root.ts'

/** A root key that never changes, for tests of what lies under it. */
export function testRoot(byte = 7): RootKey {
  const root = { generation: 1, key: createDataKey('01900000-0000-7000-8000-0000000000a0', Buffer.alloc(32, byte)) }
  return { inForce: async () => root }
}
