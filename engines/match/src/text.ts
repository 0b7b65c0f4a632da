import type { Input } from './types.ts'

/** Not more arguments at once than a call may have. */
const piece = 8192

/** Bytes as a latin1 string: what is read byte by byte is read faster of one. */
export function textOf(input: Input): string {
  if (typeof input === 'string') return input
  let text = ''
  for (let at = 0; at < input.length; at += piece) text += String.fromCharCode(...input.subarray(at, at + piece))
  return text
}
