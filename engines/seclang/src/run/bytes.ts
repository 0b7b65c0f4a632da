/**
 * The same as bytes: what a host decoded from UTF-8 is encoded again. For a string of bytes this costs nothing: the engine sees by the
 * form in which it is kept that none can match.
 */
export function bytesOf(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}
