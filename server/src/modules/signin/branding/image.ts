export const imageTypes = ['image/png', 'image/jpeg', 'image/webp'] as const

export interface Image {
  readonly type: (typeof imageTypes)[number]
  readonly width: number
  readonly height: number
}

/** What an image is, by what it holds and never by what it is called. @returns null for what is none of the three */
export function imageOf(bytes: Uint8Array): Image | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return png(data) ?? jpeg(data) ?? webp(data)
}

/** PNG, third edition, sections 5.2 and 11.2.1: the signature, and IHDR as the first chunk. */
function png(data: Buffer): Image | null {
  const signature = '89504e470d0a1a0a0000000d49484452'
  if (data.length < 33 || data.subarray(0, 16).toString('hex') !== signature) return null
  return { type: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) }
}

/** ITU T.81, annex B: markers from SOI to the frame header (SOF0 to SOF15 but DHT, JPG and DAC). */
function jpeg(data: Buffer): Image | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null
  let at = 2
  while (at + 9 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { type: 'image/jpeg', height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) }
    const length = data.readUInt16BE(at + 2)
    if (length < 2) return null
    at += 2 + length
  }
  return null
}

/** RFC 9649, sections 2.3 to 2.7: the first chunk of the RIFF file says how large it is. */
function webp(data: Buffer): Image | null {
  if (data.length < 30 || data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WEBP')
    return null
  const type = 'image/webp'
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { type, width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 }
    case 'VP8L': {
      const bits = data.readUInt32LE(21)
      return data[20] === 0x2f ? { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 } : null
    }
    case 'VP8 ': {
      const isKeyFrame = data.toString('hex', 23, 26) === '9d012a'
      return isKeyFrame ? { type, width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff } : null
    }
    default:
      return null
  }
}
