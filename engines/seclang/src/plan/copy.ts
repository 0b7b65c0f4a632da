/** A string that shares no memory with the one that it was cut from: what is remembered must not keep a whole request. */
export function copyOf(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'latin1').toString('latin1')
}
