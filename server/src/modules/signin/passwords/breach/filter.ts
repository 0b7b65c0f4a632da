import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { BreachFileError } from './build.ts'
import {
  type FilterHeader,
  type FilterIndex,
  headerBytes,
  isInBlock,
  mostBits,
  readHeader,
  readIndex,
} from './format.ts'

export interface BreachFilter {
  /** how many passwords it knows */
  readonly passwords: number
  /** the share of passwords unknown to it that it takes for known ones */
  readonly falsePositives: number
  /** @returns whether the password is known, or taken for one that is */
  has(password: string): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens a filter: the index comes into memory, blocks are read as they are asked for.
 * @throws BreachFileError when the file is none, or is damaged
 */
export async function openBreachFilter(path: string): Promise<BreachFilter> {
  const file = await open(path, 'r')
  try {
    const { header, index } = await readHead(file, path)
    return {
      passwords: header.count,
      falsePositives: header.count / 2 ** header.bits,
      async has(password) {
        // As they were typed where they were lost; and as we take them.
        for (const form of new Set([password, password.normalize('NFKC')])) {
          if (await hasKey(file, header, index, keyOf(form, header.bits))) return true
        }
        return false
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readHead(file: FileHandle, path: string): Promise<{ header: FilterHeader; index: FilterIndex }> {
  const broken = () => new BreachFileError(`${path} is no breach filter, or is damaged: build it again.`)
  const { size } = await file.stat()
  const head = await bytesAt(file, 0, headerBytes)
  const header = readHeader(head)
  if (header === undefined || header.indexAt < headerBytes || header.indexAt > size) throw broken()
  const index = readIndex(await bytesAt(file, header.indexAt, size - header.indexAt), head)
  if (index === undefined) throw broken()
  return { header, index }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}

/** The first bits of the SHA-1 hash. */
function keyOf(password: string, bits: number): number {
  const digest = createHash('sha1').update(password, 'utf8').digest()
  const first = digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) >> 4)
  return Math.floor(first / 2 ** (mostBits - bits))
}

async function hasKey(file: FileHandle, header: FilterHeader, index: FilterIndex, key: number): Promise<boolean> {
  const place = placeOf(index.first, key)
  const first = index.first[place]
  const at = index.at[place]
  if (first === undefined || at === undefined) return false
  const end = index.at[place + 1] ?? header.indexAt
  const bytes = await bytesAt(file, at, Math.max(0, end - at))
  return isInBlock(bytes, { first, count: index.count[place] ?? 0 }, header.remainderBits, key)
}

/** @returns the last place whose value is not above the key; -1 when all are */
function placeOf(values: Float64Array, key: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) <= key) low = middle + 1
    else high = middle
  }
  return low - 1
}
