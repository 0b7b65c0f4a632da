import { SocketAddress } from 'node:net'

/** A keyed hash for equality: whoever reads the table learns which events share a word, and not the word. */
export type BlindIndex = (label: string, text: string) => Buffer

/** The key of the tokens by which events are found. */
export const searchPurpose = 'ledger-search'

/** @returns 63 bits and a sign, as text: what the driver takes for a bigint */
export function termToken(index: BlindIndex, word: string): string {
  return index('term', word).readBigInt64BE(0).toString()
}

export function termTokens(index: BlindIndex, words: Iterable<string>): string[] {
  return Array.from(words, (word) => termToken(index, word))
}

/** The token of an IP address, however it was written: `::ffff:192.0.2.1` is 192.0.2.1, and `2001:DB8:0::1` is 2001:db8::1. */
export function addressToken(index: BlindIndex, address: string): Buffer {
  return index('address', canonicalAddress(address))
}

/** What is no address is its own form, in lower case: some other text that an edge reported. */
export function canonicalAddress(address: string): string {
  const parsed = SocketAddress.parse(address.includes(':') ? `[${address.split('%', 1)[0]}]` : address)
  if (parsed === undefined) return address.toLowerCase()
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(parsed.address)
  return mapped?.[1] ?? parsed.address
}
