import { open, rename, rm, stat } from 'node:fs/promises'
import { type BlockEntry, createBlockWriter, headerBytes, mostBits, writeHeader, writeIndex } from './format.ts'

export interface BuildOptions {
  /** Of so many passwords that nobody knows, one is taken for a known one: 2 to this power. */
  readonly falsePositiveBits?: number
  /** Leaves out what was seen less often, where the file has counts. */
  readonly atLeast?: number
}

export interface BuiltFilter {
  readonly lines: number
  /** different hashes that are in the filter */
  readonly passwords: number
  readonly bytes: number
  /** of passwords that are not in the file, the share that is taken for one that is */
  readonly falsePositives: number
}

export class BreachFileError extends Error {
  override readonly name = 'BreachFileError'
}

const chunkBytes = 1024 * 1024
/** 13 hexadecimal digits: what fits into a number. */
const digits = mostBits / 4

/**
 * Makes a filter of a file of SHA-1 hashes, one a line and in order, as Have I Been Pwned gives them out:
 * `HASH` or `HASH:COUNT`. One pass, a few megabytes of memory and 20 bytes for every thousand passwords, whatever the size.
 * @throws BreachFileError naming the line where the file is not like that
 */
export async function buildBreachFilter(
  input: string,
  output: string,
  { falsePositiveBits = 20, atLeast = 1 }: BuildOptions = {},
): Promise<BuiltFilter> {
  const expected = await expectedLines(input)
  const bits = Math.min(mostBits, Math.max(8, Math.ceil(Math.log2(expected + 1)) + falsePositiveBits))
  const partial = `${output}.partial`
  const file = await open(partial, 'w', 0o644)
  try {
    const written = await writeBlocks(input, file, { bits, atLeast, expected })
    const index = writeIndex(written.entries)
    await file.write(index, 0, index.length, written.end)
    const header = writeHeader({ ...written, bits, indexAt: written.end }, index)
    await file.write(header, 0, headerBytes, 0)
    await file.sync()
    await file.close()
    await rename(partial, output)
    const bytes = written.end + index.length
    return { lines: written.lines, passwords: written.count, bytes, falsePositives: written.count / 2 ** bits }
  } catch (error) {
    await file.close().catch(() => {})
    await rm(partial, { force: true })
    throw error
  }
}

/** By the first megabyte: all lines are about as long. */
async function expectedLines(input: string): Promise<number> {
  const { size } = await stat(input)
  const file = await open(input, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, 0)
    const lines = buffer.toString('latin1', 0, bytesRead).split('\n').length - 1
    return Math.max(1, Math.round((size / Math.max(1, bytesRead)) * Math.max(1, lines)))
  } finally {
    await file.close()
  }
}

interface Writing {
  readonly bits: number
  readonly atLeast: number
  readonly expected: number
}

async function writeBlocks(
  input: string,
  file: Awaited<ReturnType<typeof open>>,
  { bits, atLeast, expected }: Writing,
) {
  // The best for even distances: their mean times the logarithm of two.
  const remainderBits = Math.max(0, Math.min(bits - 1, Math.floor(Math.log2((2 ** bits / expected) * Math.LN2))))
  const block = createBlockWriter(remainderBits)
  const entries: BlockEntry[] = []
  const pending: Buffer[] = []
  let pendingBytes = 0
  let end = headerBytes
  let count = 0
  let last = -1

  function endBlock(): void {
    const { first, count: keys, bytes } = block.take()
    entries.push({ first, at: end + pendingBytes, count: keys })
    pending.push(bytes)
    pendingBytes += bytes.length
  }
  async function flush(): Promise<void> {
    const bytes = Buffer.concat(pending.splice(0))
    await file.write(bytes, 0, bytes.length, end)
    end += bytes.length
    pendingBytes = 0
  }

  let lines = 0
  for await (const some of linesOf(input)) {
    for (const line of some) {
      lines += 1
      const key = keyOfLine(line, lines, bits, atLeast)
      if (key === undefined || key === last) continue
      if (key < last) {
        throw new BreachFileError(`Line ${lines} comes before the one above it: sort the file first (LC_ALL=C sort).`)
      }
      if (!block.add(key)) {
        endBlock()
        block.add(key)
      }
      last = key
      count += 1
    }
    if (pendingBytes >= chunkBytes) await flush()
  }
  if (count > 0) endBlock()
  await flush()
  return { entries, remainderBits, count, lines, end }
}

/** The lines of a file, as many at a time as a chunk holds. */
async function* linesOf(input: string): AsyncGenerator<string[]> {
  const file = await open(input, 'r')
  let rest = ''
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: chunkBytes, encoding: 'latin1' })) {
      const lines = `${rest}${chunk as string}`.split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > 1000) throw new BreachFileError('A line is too long: this is no file of SHA-1 hashes.')
      yield lines
    }
    if (rest !== '') yield [rest]
  } finally {
    await file.close()
  }
}

const shape = /^[0-9A-Fa-f]{40}(?::(\d{1,15}))?\s*$/

/** @returns undefined for an empty line, and for what is too rare */
function keyOfLine(line: string, number: number, bits: number, atLeast: number): number | undefined {
  const match = shape.exec(line)
  if (match === null) {
    if (line.trim() === '') return undefined
    throw new BreachFileError(
      `Line ${number} is no SHA-1 hash (40 hexadecimal digits, and perhaps a colon and a count).`,
    )
  }
  if (match[1] !== undefined && Number(match[1]) < atLeast) return undefined
  return Math.floor(Number.parseInt(line.slice(0, digits), 16) / 2 ** (mostBits - bits))
}
