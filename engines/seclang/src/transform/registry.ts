import {
  cmdLine,
  compressWhitespace,
  removeNulls,
  removeWhitespace,
  replaceNulls,
  trim,
  trimLeft,
  trimRight,
} from './blanks.ts'
import { lower } from './bytes.ts'
import {
  base64Decode,
  base64DecodeExt,
  base64Encode,
  hexDecode,
  hexEncode,
  length,
  md5,
  parity,
  sha1,
  sqlHexDecode,
} from './codecs.ts'
import { removeComments, removeCommentsChar, replaceComments } from './comments.ts'
import { cssDecode, escapeSeqDecode, jsDecode } from './escapes.ts'
import { htmlEntityDecode } from './html.ts'
import { normalizePath, normalizePathWin } from './path.ts'
import { urlDecode, urlDecodeUni, urlEncode, utf8toUnicode } from './url.ts'

/** A change of a value before an operator sees it. */
export interface Transformation {
  readonly apply: (text: string) => string
  /** Bytes without which it changes nothing; undefined where it changes any text. */
  readonly needs: string | undefined
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const BLANKS = '\t\n\v\f\r \xa0'
const HIGH: string = Array.from({ length: 128 }, (_, at) => String.fromCharCode(128 + at)).join('')

function entry(apply: (text: string) => string, needs?: string): Transformation {
  return { apply, needs }
}

/** By name in lower case. */
export const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map([
  ['base64decode', entry(base64Decode)],
  ['base64decodeext', entry(base64DecodeExt)],
  ['base64encode', entry(base64Encode)],
  ['cmdline', entry(cmdLine, `\\"'^,;${BLANKS}${UPPER}`)],
  ['compresswhitespace', entry(compressWhitespace, BLANKS)],
  ['cssdecode', entry(cssDecode, '\\')],
  ['escapeseqdecode', entry(escapeSeqDecode, '\\')],
  ['hexdecode', entry(hexDecode)],
  ['hexencode', entry(hexEncode)],
  ['htmlentitydecode', entry(htmlEntityDecode, '&')],
  ['jsdecode', entry(jsDecode, '\\')],
  ['length', entry(length)],
  ['lowercase', entry(lower, UPPER)],
  ['md5', entry(md5)],
  ['normalisepath', entry(normalizePath, '/.')],
  ['normalizepath', entry(normalizePath, '/.')],
  ['normalisepathwin', entry(normalizePathWin, '/.\\')],
  ['normalizepathwin', entry(normalizePathWin, '/.\\')],
  ['parityeven7bit', entry(parity('even'))],
  ['parityodd7bit', entry(parity('odd'))],
  ['parityzero7bit', entry(parity('zero'), HIGH)],
  ['removecomments', entry(removeComments, '/<-#')],
  ['removecommentschar', entry(removeCommentsChar, '*-#')],
  ['removenulls', entry(removeNulls, '\0')],
  ['removewhitespace', entry(removeWhitespace, BLANKS)],
  ['replacecomments', entry(replaceComments, '*')],
  ['replacenulls', entry(replaceNulls, '\0')],
  ['sha1', entry(sha1)],
  ['sqlhexdecode', entry(sqlHexDecode, 'xX')],
  ['trim', entry(trim, BLANKS)],
  ['trimleft', entry(trimLeft, BLANKS)],
  ['trimright', entry(trimRight, BLANKS)],
  ['uppercase', entry((text) => text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()), UPPER.toLowerCase())],
  ['urldecode', entry(urlDecode, '+%')],
  ['urldecodeuni', entry(urlDecodeUni, '+%')],
  ['urlencode', entry(urlEncode)],
  ['utf8tounicode', entry(utf8toUnicode, HIGH)],
])
