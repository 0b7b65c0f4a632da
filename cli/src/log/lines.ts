/** The longest line that a pack may have, in bytes: an event has at most 64 KiB, and what JSON adds. */
const longest = 4 * 1024 * 1024

/**
 * The lines of a stream of UTF-8, each without its newline. Nothing else ends a line, and bytes that are no text are not replaced: what is
 * verified must be what is there. After the last newline there may be nothing.
 * @throws RangeError when a line is too long, is no UTF-8, or the last one has no newline
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array> | readonly Uint8Array[]): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let parts: Uint8Array[] = []
  let length = 0
  let number = 1
  for await (const chunk of stream) {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(0x0a, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      length += part.length
      if (length > longest) throw new RangeError(`Line ${number} is longer than ${longest} bytes.`)
      parts.push(part)
      if (end < 0) break
      yield decode(decoder, parts, number)
      parts = []
      length = 0
      number += 1
      start = end + 1
    }
  }
  if (length > 0) throw new RangeError(`Line ${number} is cut off.`)
}

function decode(decoder: { decode(bytes: Uint8Array): string }, parts: readonly Uint8Array[], number: number): string {
  try {
    return decoder.decode(Buffer.concat(parts))
  } catch (cause) {
    throw new RangeError(`Line ${number} is no text.`, { cause })
  }
}
