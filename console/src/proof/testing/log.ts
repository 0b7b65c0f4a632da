import { type Bytes, concat, sha256, toBase64, toBase64Url, toHex, utf8 } from '../bytes.ts'
import { canonical } from '../canonical.ts'
import { leafHash, nodeHash } from '../tree.ts'

/** A log made by the definitions of RFC 6962, slowly: what the console verifies is held against it. */
export interface TestLog {
  readonly vkey: string
  readonly events: readonly TestEvent[]
  readonly root: (size: number) => Promise<Bytes>
  readonly checkpoint: (size: number) => Promise<string>
  readonly path: (index: number, size: number) => Promise<readonly Bytes[]>
  readonly consistency: (from: number, to: number) => Promise<readonly string[]>
  /** The proof of one event, as the server writes it; what is given replaces what is true. */
  readonly proof: (seq: number, size: number, changes?: Readonly<Record<string, unknown>>) => Promise<string>
}

export interface TestEvent {
  readonly id: string
  readonly entry: Bytes
  /** What the console shows. */
  readonly document: unknown
  readonly opening: { readonly salt: string; readonly body: string; readonly openings: Record<string, unknown> }
}

export async function makeLog(count: number, origin = 'holdfast.test/log', note = ''): Promise<TestLog> {
  const events = await Promise.all(Array.from({ length: count }, async (_, at) => await makeEvent(at + 1, note)))
  const leaves = await Promise.all(events.map(async ({ entry }) => await leafHash(entry)))
  const { publicKey, privateKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const bytes = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)))
  const id = (await sha256(utf8(`${origin}\n`), bytes)).slice(0, 4)
  const vkey = `${origin}+${toHex(id)}+${toBase64(bytes)}`

  const root = async (size: number) => await treeHash(leaves.slice(0, size))
  const path = async (index: number, size: number) => await pathOf(index, leaves.slice(0, size))
  const checkpoint = async (size: number) => {
    const text = `${origin}\n${size}\n${toBase64(await root(size))}\n`
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, utf8(text)))
    return `${text}\n\u2014 ${origin} ${toBase64(concat(id, signature))}\n`
  }
  return {
    vkey,
    events,
    root,
    checkpoint,
    path,
    consistency: async (from, to) => (await subproof(from, leaves.slice(0, to), true)).map(toBase64),
    proof: async (seq, size, changes = {}) => {
      const event = events[seq - 1]
      if (event === undefined) throw new Error(`there is no event ${seq}`)
      const said = { vkey, entry: toBase64(event.entry), opening: event.opening, ...changes }
      const hashes = (await path(seq - 1, size)).map(toBase64)
      const extra = toBase64(utf8(JSON.stringify(said)))
      return [
        'c2sp.org/tlog-proof@v1',
        `extra ${extra}`,
        `index ${seq - 1}`,
        ...hashes,
        '',
        await checkpoint(size),
      ].join('\n')
    },
  }
}

async function makeEvent(seq: number, note: string): Promise<TestEvent> {
  const id = `019aa000-0000-7000-8000-${String(seq).padStart(12, '0')}`
  const time = 1_763_000_000_000 + seq
  const document = { metadata: { uid: id }, time, message: `event ${seq} ${note}`, actor: { user: { name: 'Ada' } } }
  const openings = { '/actor/user/name': { salt: toBase64Url(new Uint8Array(16).fill(seq)), value: 'Ada' } }
  const field = await sha256(utf8('holdfast/event-field/v1\n'), new Uint8Array(16).fill(seq), utf8('"Ada"'))
  const blank = { ...document, actor: { user: { name: null } } }
  const body = canonical({ document: blank, fields: { '/actor/user/name': toBase64Url(field) } })
  const salt = new Uint8Array(16).fill(seq + 100)
  const commitment = await sha256(utf8('holdfast/event/v1\n'), salt, utf8(body))
  const entry = new Uint8Array(57)
  entry[0] = 1
  entry.set(
    Uint8Array.from(id.replaceAll('-', '').match(/../gu) ?? [], (hex) => Number.parseInt(hex, 16)),
    1,
  )
  new DataView(entry.buffer).setBigUint64(17, BigInt(time))
  entry.set(commitment, 25)
  return { id, entry, document, opening: { salt: toBase64Url(salt), body, openings } }
}

/** MTH of RFC 6962, 2.1. */
async function treeHash(leaves: readonly Bytes[]): Promise<Bytes> {
  const [first] = leaves
  if (first === undefined) return await sha256()
  if (leaves.length === 1) return first
  const middle = split(leaves.length)
  return await nodeHash(await treeHash(leaves.slice(0, middle)), await treeHash(leaves.slice(middle)))
}

/** PATH of RFC 6962, 2.1.1. */
async function pathOf(index: number, leaves: readonly Bytes[]): Promise<Bytes[]> {
  if (leaves.length === 1) return []
  const middle = split(leaves.length)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return index < middle
    ? [...(await pathOf(index, left)), await treeHash(right)]
    : [...(await pathOf(index - middle, right)), await treeHash(left)]
}

/** SUBPROOF of RFC 6962, 2.1.2. */
async function subproof(old: number, leaves: readonly Bytes[], whole: boolean): Promise<Bytes[]> {
  if (old === leaves.length) return whole ? [] : [await treeHash(leaves)]
  const middle = split(leaves.length)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return old <= middle
    ? [...(await subproof(old, left, whole)), await treeHash(right)]
    : [...(await subproof(old - middle, right, false)), await treeHash(left)]
}

function split(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1))
}
