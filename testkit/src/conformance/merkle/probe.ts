import {
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
  type Size,
} from '@holdfast/merkle'

/** The result of one file. */
interface Judged {
  readonly held: boolean
  /** The file says that a verifier refuses it. */
  readonly refused: boolean
  readonly description: string
}

/**
 * Verifies what a file claims. Which of the four kinds it is shows from its members, as the folders may be given one by one.
 * @throws TypeError when it is none of them
 */
export function holds(probe: unknown): Judged {
  if (typeof probe !== 'object' || probe === null) throw new TypeError('no object')
  const read = new Members(probe)
  const proof = read.hashes('proof')
  const refused = read.flag('wantErr')
  const description = read.text('desc')
  return { held: verify(read, proof), refused, description }
}

function verify(read: Members, proof: readonly Uint8Array[]): boolean {
  if (read.has('leafIdx')) {
    const claim = { leaf: read.bytes('leafHash'), index: read.size('leafIdx'), root: read.bytes('root'), proof }
    if (read.has('treeSize')) return verifyInclusion({ ...claim, size: read.size('treeSize') })
    return verifySubtreeInclusion({ ...claim, start: read.size('start'), end: read.size('end') })
  }
  const [root1, root2] = [read.bytes('root1'), read.bytes('root2')]
  if (read.has('size1')) {
    const sizes = { oldSize: read.size('size1'), size: read.size('size2') }
    return verifyConsistency({ ...sizes, oldRoot: root1, root: root2, proof })
  }
  const range = { start: read.size('start'), end: read.size('end') }
  return verifySubtreeConsistency({ ...range, subtreeRoot: root1, size: read.size('size'), root: root2, proof })
}

/** The members of a file, of the types that they must have. Go writes no bytes and no hashes as null. */
class Members {
  readonly #members: { readonly [name: string]: unknown }

  constructor(members: object) {
    this.#members = { ...members }
  }

  has(name: string): boolean {
    return name in this.#members
  }

  size(name: string): Size {
    const value = this.#members[name]
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return value
    throw new TypeError(`${name} is no whole number`)
  }

  bytes(name: string): Buffer {
    return bytes(name, this.#members[name])
  }

  hashes(name: string): Buffer[] {
    const value = this.#members[name]
    if (value === null || value === undefined) return []
    if (!Array.isArray(value)) throw new TypeError(`${name} is no list`)
    return value.map((each) => bytes(name, each))
  }

  flag(name: string): boolean {
    const value = this.#members[name]
    if (typeof value === 'boolean') return value
    throw new TypeError(`${name} is neither true nor false`)
  }

  text(name: string): string {
    const value = this.#members[name]
    return typeof value === 'string' ? value : ''
  }
}

function bytes(name: string, value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0)
  if (typeof value === 'string') return Buffer.from(value, 'base64')
  throw new TypeError(`${name} is no base64`)
}
