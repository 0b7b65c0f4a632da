import type { Lexer } from './lexer.ts'

/** How much of a comment is looked at. */
const LOOKED_AT = 80

/** The beginning of the comment that takes the rest. */
export function commentOf(lexer: Lexer): string {
  return lexer.text.slice(lexer.tailText, lexer.tailText + LOOKED_AT)
}

/** A comment takes the rest and is none that somebody wrote: blank, or a word at most. */
export function cutOff(lexer: Lexer): boolean {
  if (lexer.tail === '' || isRemark(lexer)) return false
  const comment = commentOf(lexer).trim()
  return comment.length <= 2 || (!comment.includes(' ') && comment.length <= 16) || !isProse(comment)
}

/** The same behind the end of a quote: what stood before it is a value, not a sentence. */
export function commentsOut(lexer: Lexer, before: string, quote: number): boolean {
  if (closesQuote(lexer, quote) || isRemark(lexer)) return false
  const comment = commentOf(lexer).trim()
  // Flowers and passwords: @}-;-'--- and '#x~7
  if (/[{}]/.test(before) || (lexer.tail === '#' && /^\w*[^\w\s]\S{2}/.test(commentOf(lexer)))) return false
  return comment.length <= 2 || (!/\s/.test(before.trim()) && !isProse(comment))
}

/** The quote that was taken for the context's end opened a quotation, which ends in the comment. */
export function closesQuote(lexer: Lexer, quote: number): boolean {
  return lexer.text.slice(lexer.tailText).split(String.fromCharCode(quote)).length % 2 === 0
}

/** `# noqa` of shells and Python, `#1` of everybody. */
function isRemark(lexer: Lexer): boolean {
  return lexer.tail === '#' && /^(?: +[a-z]{3}|\d)/i.test(commentOf(lexer))
}

/** Three words with what punctuation prose has, or two and nothing else. */
function isProse(text: string): boolean {
  return /^\W*(?:[\w\x80-\xff']{2,}[\s,.;:()-]+){3}|^[\w\x80-\xff]+(?:[ ,.:;'-]+[\w\x80-\xff]+)+[.!?,]*$/.test(text)
}
