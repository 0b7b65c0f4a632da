import { benignFiles, textsOf } from '../../benign/texts.ts'
import type { Random } from './random.ts'

/** A text that can be made of any size: a beginning, a part that is repeated, an end. Bytes, one character each. */
export interface Shape {
  readonly before: string
  readonly repeated: string
  readonly after: string
}

export function textOf({ before, repeated, after }: Shape, size: number): string {
  const room = Math.max(0, size - before.length - after.length)
  return before + repeated.repeat(Math.ceil(room / Math.max(1, repeated.length))).slice(0, room) + after
}

/** What makes readers of the languages of the web change their state: quotes, brackets, comments, escapes, heads and ends. */
const PIECES =
  `' " \` \\ ( ) [ ] { } < > </ <!-- --> <![CDATA[ ]]> <script> </script> <style> <svg> <a|x=" on= &# &#x3c; &lt; ; , . .. ../ ..\\ / // /* */ -- # $ $( \${ {{ }} #{ <% %> | || & && + - * % %% %27 %2527 %u0027 %c0%af = == => : :: ! ? ~ ^ @ @@ \\u0027 \\x27 \\n
 $ne {"$gt": __proto__ constructor. O:8:" rO0AB <!ENTITY <!DOCTYPE xi:include (&( )( *)( |// child:: or and union select from where 1=1 sleep( 0x61 1.e /*!50000 0' x' q'[ $a$ N' e' case|when declare begin exec waitfor cat ls id /etc/passwd $IFS a=b function( if( while( return alert( eval( [] ![] http:// 127. 0x7f. @[::1] gopher:
 {"a":[ "a":1, true null 1e9 [[ name=" filename=" --x Content-Disposition:form-data; a=1& a[b]= %00 %ff +ADw- \xc0\xa7 \xef\xbc\x87 \xe2\x80\x99 \xe5\x98\x8d \x80 \xff \x00 (a+)+ [a-z]* \\d{3} (?i) a|b ^ $ \\b .*? :id /** 10.0.0.0/8 ::ffff: W/" bytes= q=0.`
    .split(/\s+/)
    .map((piece) => piece.replaceAll('|', ' '))
    .concat(' ', '\t', '\r\n', '\n', '\0', '|')

const BENIGN = benignFiles()
  .flatMap(({ file }) => textsOf(file))
  .map((text) => Buffer.from(text.slice(0, 400)).toString('latin1'))

const pieces = (random: Random, most: number): string =>
  Array.from({ length: 1 + random.number(most) }, () => random.one(PIECES)).join('')

const bytes = (random: Random, most: number): string =>
  String.fromCharCode(...Array.from({ length: 1 + random.number(most) }, () => random.number(256)))

/** A text of everyday with something put into it. */
function spliced(random: Random): string {
  const text = random.one(BENIGN)
  const at = random.number(text.length + 1)
  return text.slice(0, at) + pieces(random, 4) + text.slice(at + random.number(3))
}

export function shapeOf(random: Random): Shape {
  switch (random.number(5)) {
    case 0:
      return { before: bytes(random, 20), repeated: bytes(random, 30), after: '' }
    case 1:
      return { before: spliced(random), repeated: pieces(random, 2), after: pieces(random, 2) }
    case 2:
      return { before: pieces(random, 3), repeated: random.one(PIECES), after: '' }
    default:
      return { before: pieces(random, 6), repeated: pieces(random, 12), after: pieces(random, 3) }
  }
}

/** Most inputs are as long as values are; few are as long as somebody who means harm makes them. */
export function sizeOf(random: Random, { before, repeated, after }: Shape): number {
  const whole = before.length + repeated.length + after.length
  const kind = random.number(1_000)
  if (kind === 0) return 16_384
  if (kind < 10) return 2_048
  return kind < 200 ? whole * 2 : whole
}

/** A text of everyday, of about this size. */
export function everyday(size: number): string {
  const prose = BENIGN.filter((text) => /^[A-Z][\w ,.'-]{60,}$/.test(text)).join('\n')
  return prose.repeat(Math.ceil(size / prose.length)).slice(0, size)
}
