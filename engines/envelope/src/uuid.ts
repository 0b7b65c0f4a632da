const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** @returns the 16 bytes of a UUID in its canonical form (RFC 9562, section 4). @throws TypeError for anything else */
export function uuidBytes(id: string): Buffer {
  if (!shape.test(id)) throw new TypeError('a key id is a UUID in small letters')
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

/** @param bytes of which 16 from `at` on are a UUID */
export function uuidText(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
