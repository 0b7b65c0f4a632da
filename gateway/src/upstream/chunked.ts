import { MalformedResponse } from './response-head.ts'

const longestLine = 1024
const longestTrailers = 16 * 1024

const state = {
  size: 0,
  extension: 1,
  sizeLineFeed: 2,
  data: 3,
  dataReturn: 4,
  dataLineFeed: 5,
  trailer: 6,
  trailerLineFeed: 7,
  done: 8,
} as const

/**
 * Decodes the chunked coding (RFC 9112 section 7.1) as it arrives, with CRLF only. Chunk extensions and trailers are
 * dropped; both are bounded.
 */
export class ChunkedDecoder {
  private state: number = state.size
  private size = 0
  private digits = 0
  private line = 0
  private trailers = 0
  private lineEmpty = true

  get done(): boolean {
    return this.state === state.done
  }

  /**
   * @param emit gets the data, as parts of `chunk`
   * @returns how many bytes of `chunk` belong to this body: fewer than all only when it is done
   * @throws MalformedResponse
   */
  push(chunk: Buffer, emit: (data: Buffer) => void): number {
    let at = 0
    while (at < chunk.length && this.state !== state.done) {
      if (this.state === state.data) {
        const end = Math.min(chunk.length, at + this.size)
        this.size -= end - at
        if (this.size === 0) this.state = state.dataReturn
        emit(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end))
        at = end
      } else this.step(chunk[at++] ?? 0)
    }
    return at
  }

  private step(byte: number): void {
    switch (this.state) {
      case state.size:
        this.sizeByte(byte)
        break
      case state.extension:
        if (byte === 0x0d) this.state = state.sizeLineFeed
        else if (isControl(byte) || ++this.line > longestLine)
          throw new MalformedResponse('A chunk extension is wrong.')
        break
      case state.sizeLineFeed:
        expect(byte, 0x0a)
        this.state = this.size === 0 ? state.trailer : state.data
        this.digits = 0
        this.line = 0
        break
      case state.dataReturn:
        expect(byte, 0x0d)
        this.state = state.dataLineFeed
        break
      case state.dataLineFeed:
        expect(byte, 0x0a)
        this.state = state.size
        break
      case state.trailer:
        if (++this.trailers > longestTrailers) throw new MalformedResponse('The trailers are too long.')
        if (byte === 0x0d) this.state = state.trailerLineFeed
        else if (isControl(byte)) throw new MalformedResponse('A trailer holds a control character.')
        else this.lineEmpty = false
        break
      default:
        expect(byte, 0x0a)
        this.state = this.lineEmpty ? state.done : state.trailer
        this.lineEmpty = true
    }
  }

  private sizeByte(byte: number): void {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      // 13 digits stay below 2^53.
      if (++this.digits > 13) throw new MalformedResponse('A chunk is too large.')
      this.size = this.size * 16 + digit
    } else if (this.digits === 0) throw new MalformedResponse('A chunk has no size.')
    else if (byte === 0x0d) this.state = state.sizeLineFeed
    else if (byte === 0x3b) this.state = state.extension
    else throw new MalformedResponse('A chunk size is not a number.')
  }
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw new MalformedResponse('A chunk does not end where it says.')
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

const isControl = (byte: number): boolean => (byte < 0x20 && byte !== 0x09) || byte === 0x7f
