import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { blindIndex, createDataKey, KEY_BYTES } from '@holdfast/envelope'
import type { Root } from './root.ts'
import { type Seal, SealMismatch } from './seal.ts'
import type { CurrentRow, NewCurrent } from './store.ts'

/** The root key in this process, and the opened seal, with which the next one will be wrapped. */
export interface Held {
  readonly root: Root
  readonly rootId: string
  /** 32 bytes: only to be wrapped, and to be handed over */
  readonly bytes: Buffer
  readonly seal: Seal
}

export function hold(seal: Seal, rootId: string, generation: number, bytes: Buffer): Held {
  return { seal, rootId, bytes, root: { generation, key: createDataKey(rootId, bytes) } }
}

export function newRoot(seal: Seal, generation: number): Held {
  return hold(seal, randomUUID(), generation, randomBytes(KEY_BYTES))
}

/** @throws SealMismatch when the seal does not open it, or opens another key than the one of this database */
export async function unwrapRoot(seal: Seal, row: CurrentRow): Promise<Held> {
  const bytes = await seal.unwrap(row.wrapped_root, row.generation)
  if (bytes.length !== KEY_BYTES) throw new SealMismatch('What the seal opens is no root key.')
  const held = hold(seal, row.root_id, row.generation, bytes)
  const verification = verificationOf(held)
  if (verification.length !== row.verification.length || !timingSafeEqual(verification, row.verification)) {
    throw new SealMismatch('The seal opens a root key that is not the one of this database.')
  }
  return held
}

export async function rowOf(held: Held, now: Date): Promise<NewCurrent> {
  const { seal, root, rootId } = held
  return {
    id: seal.id,
    kind: seal.kind,
    parameters: seal.parameters,
    generation: root.generation,
    root_id: rootId,
    wrapped_root: await seal.wrap(held.bytes, root.generation),
    verification: verificationOf(held),
    now,
  }
}

/** Also of a seal that has no checks of its own, as a device may have none. */
function verificationOf({ root, rootId }: Held): Buffer {
  return blindIndex(root.key, 'holdfast/seal/verification', `${rootId} ${root.generation}`, 32)
}
