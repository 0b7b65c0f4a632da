import { commitDocument, type Openings, saltBytes, type PersonalField } from '@holdfast/events'
import { createPrivateKey, hash } from 'node:crypto'
import { encodeEntry } from '../entry.ts'
import { leafHashes } from '../hash.ts'
import { formatCheckpoint } from '../note/checkpoint.ts'
import { createSigner, type Signer } from '../note/key.ts'
import { signNote } from '../note/note.ts'
import type { EventOpening, PackedEvent } from '../pack/lines.ts'
import { writePack } from '../pack/write.ts'
import type { TileReader } from '../proof/read.ts'
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from '../tile.ts'
import { append, EMPTY_TREE, rootOf, type Tree } from '../tree.ts'

/** A log in memory, for tests: what a server keeps, without a server. */
export class MemoryLog {
  readonly signer: Signer
  readonly events: readonly PackedEvent[]
  readonly #tiles: ReadonlyMap<string, Uint8Array>

  constructor(events: readonly PackedEvent[], signer: Signer = signerOf(1)) {
    this.signer = signer
    this.events = events
    this.#tiles = tilesOf(leafHashes(events.map(({ entry }) => entry)))
  }

  get size(): number {
    return this.events.length
  }

  readonly read: TileReader = ({ level, index, width }) =>
    (this.#tiles.get(tilePath({ level, index, width: TILE_WIDTH })) ?? new Uint8Array(0)).subarray(0, width * 32)

  /** The tree of the first so many events. */
  tree(size: number = this.size): Tree {
    return append(EMPTY_TREE, leafHashes(this.events.slice(0, size).map(({ entry }) => entry))).tree
  }

  /** @param origin another one than that of the key would be wrong */
  checkpoint(size: number = this.size, origin: string = this.signer.name): string {
    const root = rootOf(this.tree(size))
    return signNote(formatCheckpoint({ origin, size, root, extensions: [] }), [this.signer])
  }

  /** A pack's lines; of another tree than the newest one with `size`. */
  async pack(
    from = 1,
    to: number = this.size,
    { older = [], size = this.size }: { older?: readonly number[]; size?: number } = {},
  ): Promise<string[]> {
    const header = { vkey: this.signer.vkey, checkpoint: this.checkpoint(size), from, to, older }
    const lines: string[] = []
    const source = {
      tile: (tile: TileId) => this.read({ ...tile, width: tileWidth(Number(tile.level), tile.index, size) }),
      events: (first: number, last: number) => this.events.slice(first - 1, last),
    }
    for await (const line of writePack(header, source)) lines.push(line)
    return lines
  }
}

/** Always the same key for the same number. */
export function signerOf(number: number, name = 'holdfast.test/log'): Signer {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const seed = hash('sha256', `key ${number}`, 'buffer')
  return createSigner(name, createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' }))
}

/** Events with a person's name and address in them; those of which `erased` says so have lost them, `closed` ones all that they said. */
export function eventsOf(
  count: number,
  { note = '', erased = () => false, closed = () => false }: EventOptions = {},
): PackedEvent[] {
  return Array.from({ length: count }, (_, at) => eventOf(at + 1, note, erased(at + 1), closed(at + 1)))
}

/** Events that say nothing, for logs that are to be large. */
export function bareEventsOf(count: number): PackedEvent[] {
  const commitment = Buffer.alloc(32)
  return Array.from({ length: count }, (_, at) => {
    const entry = encodeEntry({ id: '01930000-0000-7000-8000-000000000000', time: at, commitment })
    return { seq: at + 1, entry, opening: null }
  })
}

interface EventOptions {
  readonly note?: string
  readonly erased?: (seq: number) => boolean
  readonly closed?: (seq: number) => boolean
}

const personal: readonly PersonalField[] = [
  { pointer: '/actor/user/name', subject: 'Person/ada' },
  { pointer: '/src_endpoint/ip', subject: 'Person/ada' },
]

function eventOf(seq: number, note: string, erased: boolean, closed: boolean): PackedEvent {
  const id = `01930000-0000-7000-8000-${String(seq).padStart(12, '0')}`
  const time = 1_700_000_000_000 + seq
  const document = {
    metadata: { uid: id, version: '1.8.0' },
    time,
    actor: { user: { name: 'ada@example.org' } },
    src_endpoint: { ip: '203.0.113.9' },
    message: `event ${seq} ${note}`,
  }
  const salts = Buffer.concat(
    Array.from({ length: saltBytes(personal) / 16 }, (_, at) =>
      hash('sha256', `salt ${seq} ${at}`, 'buffer').subarray(0, 16),
    ),
  )
  const { body, commitment, openings } = commitDocument(document, personal, salts)
  const opened: Openings = erased ? {} : Object.assign({}, ...openings.values())
  const opening: EventOpening = { salt: salts.subarray(0, 16).toString('base64url'), body, openings: opened }
  return { seq, entry: encodeEntry({ id, time, commitment }), opening: closed ? null : opening }
}

function tilesOf(leaves: Uint8Array): Map<string, Uint8Array> {
  const tiles = new Map<string, Uint8Array>()
  for (const { level, index, bytes } of append(EMPTY_TREE, leaves).tiles) {
    tiles.set(tilePath({ level, index, width: TILE_WIDTH }), bytes)
  }
  return tiles
}
