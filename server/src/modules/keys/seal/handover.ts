import { createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { timingSafeEqual } from 'node:crypto'
import { blindIndex, createDataKey, type DataKey, KEY_BYTES, NONCE_BYTES, open, seal } from '@holdfast/envelope'
import { z } from 'zod'
import { type Held, hold } from './held.ts'
import type { Root } from './root.ts'
import { keySeal, type Seal, SealMismatch } from './seal.ts'

/**
 * How an unsealed replica learns the next root key. Whoever rotates encrypts it to a key that only the memory of the other
 * process holds (X25519, RFC 7748), mixed with the root key before: to read it takes that process, and to write one takes
 * the root key. Neither the database nor a backup of it is enough for either.
 */
export interface ReplicaKey {
  readonly id: string
  /** 32 bytes */
  readonly publicKey: Buffer
  readonly privateKey: KeyObject
}

export function newReplicaKey(id: string): ReplicaKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { id, publicKey: rawKey(publicKey), privateKey }
}

/** What proves a replica to the others: only who holds the root key can make it. */
export function proofOf(root: Root, { id, publicKey }: Pick<ReplicaKey, 'id' | 'publicKey'>): Buffer {
  return blindIndex(root.key, 'holdfast/seal/replica', `${id} ${publicKey.toString('hex')}`, 32)
}

export function isProven(root: Root, replica: Pick<ReplicaKey, 'id' | 'publicKey'>, proof: Buffer): boolean {
  const expected = proofOf(root, replica)
  return proof.length === expected.length && timingSafeEqual(proof, expected)
}

const Handover = z.strictObject({
  generation: z.int(),
  rootId: z.uuid(),
  root: z.base64(),
  seal: z.strictObject({
    id: z.uuid(),
    kind: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    carried: z.base64().nullable(),
  }),
})

/** @param from the root key that both know @param to the one that is handed over, with its seal */
export function closeHandover(from: Held, to: Held, replica: Pick<ReplicaKey, 'id' | 'publicKey'>): Buffer {
  const { id, kind, parameters, carried } = to.seal
  const { generation } = to.root
  const handover: z.input<typeof Handover> = {
    generation,
    rootId: to.rootId,
    root: to.bytes.toString('base64'),
    seal: { id, kind, parameters, carried: carried === null ? null : Buffer.from(carried).toString('base64') },
  }
  const own = generateKeyPairSync('x25519')
  const sender = rawKey(own.publicKey)
  const key = agreed(from.root, own.privateKey, replica.publicKey, [sender, replica.publicKey], replica.id)
  const sealed = seal(key, place(replica.id, generation), JSON.stringify(handover), randomBytes(NONCE_BYTES))
  return Buffer.concat([sender, sealed])
}

/** @throws OpenError when it was not made with this root key for this process */
export function openHandover(from: Held, own: ReplicaKey, given: { generation: number; sealed: Buffer }): Held {
  const sender = given.sealed.subarray(0, KEY_BYTES)
  const key = agreed(from.root, own.privateKey, sender, [sender, own.publicKey], own.id)
  const text = open(() => key, place(own.id, given.generation), given.sealed.subarray(KEY_BYTES)).toString('utf8')
  const handover = Handover.parse(JSON.parse(text))
  return hold(carriedSeal(handover.seal), handover.rootId, handover.generation, Buffer.from(handover.root, 'base64'))
}

function carriedSeal({ id, kind, parameters, carried }: z.output<typeof Handover>['seal']): Seal {
  if (carried === null) throw new SealMismatch(`This version does not reach a seal of the kind ${kind}.`)
  return keySeal({ id, kind, parameters }, Buffer.from(carried, 'base64'))
}

function agreed(root: Root, own: KeyObject, other: Buffer, both: readonly Buffer[], replica: string): DataKey {
  const jwk = { kty: 'OKP', crv: 'X25519', x: other.toString('base64url') }
  const shared = diffieHellman({ privateKey: own, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) })
  const salt = blindIndex(root.key, 'holdfast/seal/handover', replica, 32)
  const info = Buffer.concat([Buffer.from('holdfast/seal/handover/1'), ...both])
  return createDataKey(replica, Buffer.from(hkdfSync('sha256', shared, salt, info, KEY_BYTES)))
}

function place(replica: string, generation: number) {
  return {
    tenant: 'installation',
    table: 'seal_handovers',
    row: replica,
    column: 'sealed',
    version: generation,
  }
}

function rawKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
}
