import { isIP } from 'node:net'
import { canonicalAddress } from './tokens.ts'
import { uuid } from '../../../platform/uuid.ts'

/*
 * How text becomes words, for what is indexed and for what is asked alike:
 *   1. Unicode compatibility form (NFKD) without the combining accents U+0300 to U+036F, in lower case.
 *   2. E-mail addresses, UUIDs and IP addresses are words as a whole. Of an e-mail address its parts are words as well.
 *   3. The rest: runs of letters and digits of two characters or more. Scripts that put no blanks between words give every pair of
 *      neighbouring characters.
 */

/** Of a run of letters and digits, no more is a word: nobody types it, and it may be a key. */
const longestWord = 64
/** Of one text, no more is looked at. */
const longestText = 4096

const whole =
  /(?<email>[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)|(?<uuid>(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-]))|(?<address>(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|(?<![0-9a-f:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![0-9a-f:.]))/gu
const run = /[\p{L}\p{N}\p{M}]+/gu
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]{2,}/gu

/** ASCII has no accents and no other forms. */
const plainText = /^[\x20-\x7e]*$/

/** Step 1: what is compared. */
export function normalised(text: string): string {
  if (plainText.test(text)) return text.slice(0, longestText).toLowerCase()
  return text
    .slice(0, longestText)
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/g, '')
    .toLowerCase()
}

/** @returns the words of a text, each once, in the order of their first appearance */
export function wordsOf(text: string): ReadonlySet<string> {
  if (text.length === 36 && uuid.test(text)) return new Set([text])
  const words = new Set<string>()
  let rest = ''
  let end = 0
  const plain = normalised(text)
  for (const match of plain.matchAll(whole)) {
    const [found] = match
    const { email, address } = match.groups ?? {}
    if (address !== undefined && isIP(address) === 0) continue
    rest += `${plain.slice(end, match.index)} `
    end = match.index + found.length
    words.add(address === undefined ? found : canonicalAddress(address))
    if (email !== undefined) rest += `${found} `
  }
  rest += plain.slice(end)
  for (const [letters] of rest.matchAll(run)) {
    const single = letters.replace(unspaced, (several) => {
      const characters = Array.from(several)
      for (let at = 1; at < characters.length; at += 1) words.add(`${characters[at - 1]}${characters[at]}`)
      return ' '
    })
    for (const word of single.split(' ')) if (word.length >= 2 && word.length <= longestWord) words.add(word)
  }
  return words
}
