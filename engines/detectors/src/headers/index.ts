import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** Fields of a response that steer a browser. RFC 9110, RFC 6265, RFC 9112. */
const RESPONSE =
  /^(?:set-cookie2?|location|content-(?:type|length|disposition|encoding|location|security-policy)|transfer-encoding|refresh|access-control-[a-z-]+|link|x-[a-z-]{2,40}|clear-site-data|strict-transport-security|www-authenticate|cookie|host|connection|status|server|vary|etag)[ \t]{0,8}:[ \t]{0,8}\S|^http\/\d(?:\.\d)?\s{1,16}\d{3}\b|^(?:get|post|put|delete|head|options)\s{1,16}\/\S*\s{1,16}http\/\d/i

/** Fields of a message. RFC 5322, 3.6. */
const MESSAGE =
  /^(?:bcc|cc|to|from|sender|subject|reply-to|return-path|mime-version|content-type|content-transfer-encoding|resent-[a-z]+|x-mailer)[ \t]{0,8}:[ \t]{0,8}\S/i

/** Commands of the protocols that mail and caches are spoken to with. RFC 5321, 4.1; RFC 3501, 6; RFC 1939, 5; memcached and Redis. */
const COMMAND =
  /^(?:(?:RCPT TO|MAIL FROM)[ \t]?:|(?:EHLO|HELO|VRFY|EXPN|AUTH|STARTTLS)\b|(?:DATA|QUIT|RSET|NOOP|LOGOUT|STAT)\s{0,16}$|[A-Z]{1,6}\d{1,6} (?:CAPABILITY|FETCH|LOGIN|SELECT|CREATE|LOGOUT|LIST|LSUB|EXAMINE|STORE|COPY|UID|NOOP|DELETE|RENAME|APPEND|STATUS|SEARCH|AUTHENTICATE|STARTTLS|EXPUNGE|CLOSE|CHECK|SUBSCRIBE)\b|(?:USER|PASS|RETR|TOP|DELE) \S+\s{0,16}$|(?:set|add|replace|append) \S+ \d+ \d+ \d+\s{0,16}$|(?:FLUSHALL|FLUSHDB|SLAVEOF|CONFIG SET)\b|\*\d+\s{0,16}$)/

/** Line ends, and what a cast to one byte makes of them: U+560A and U+560D in UTF-8, NEL and the separators of lines. */
const BREAK = /[\r\n]+|(?:\xe5\x98[\x8a\x8d])+|\xc2\x85|\xe2\x80[\xa8\xa9]/g

/** So many lines are looked at, and so long may be what stands before what is slipped in. */
const MOST_LINES = 12
const LONGEST_FIRST = 200

/** Line ends that go on as header fields, as messages, or as commands of mail. */
export const header: Detector = {
  name: 'header',
  concerns: (classes) =>
    (classes & CLASS.lineEnd) !== 0 || (classes & (CLASS.high | CLASS.colon)) === (CLASS.high | CLASS.colon),
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  BREAK.lastIndex = 0
  let first: string | undefined
  for (let count = 0; count < MOST_LINES; count++) {
    const match = BREAK.exec(value)
    if (match === null) return null
    budget.take(match.index + match[0].length)
    first ??= value.slice(0, Math.min(match.index, LONGEST_FIRST + 1)).trim()
    if (first.length > LONGEST_FIRST || isField(first)) return null
    const line = lineAt(value, match.index + match[0].length)
    const found = lineKind(line, first, count)
    if (found !== undefined)
      return {
        class: found,
        context: 'a line',
        start: match.index,
        end: match.index + match[0].length + line.length,
        why: 'a line end, and what a protocol of lines takes for its own',
      }
  }
  return null
}

function lineKind(line: string, first: string, count: number): string | undefined {
  if (COMMAND.test(line) && (isShort(first) || count === 0)) return 'command'
  if (
    RESPONSE.test(line) &&
    (isShort(first) || (count === 0 && /^(?:set-cookie|location|http\/|content-length|transfer-encoding)/i.test(line)))
  )
    return 'field'
  return MESSAGE.test(line) && isShort(first) && (first === '' || count === 0) && isAddressed(line, first)
    ? 'message'
    : undefined
}

/** A text that was pasted with its head begins with a field: that is no value that was left. */
function isField(line: string): boolean {
  return /^[A-Za-z][A-Za-z-]{1,40}:[ \t]|^(?:GET|POST|PUT|DELETE|HTTP\/\d)[ \t/]/.test(line)
}

/** One or two words, a path, an address: what a value of one line is, and a paragraph is not. */
function isShort(first: string): boolean {
  return first.length <= 80 && first.split(/\s+/).length <= 3 && !/[.!?,:]$/.test(first)
}

/** "To: be or not" is no field: what receives mail has an address, and what is a subject follows an address. */
function isAddressed(line: string, first: string): boolean {
  return line.includes('@') || first.includes('@') || /^(?:bcc|mime-version|content-)/i.test(line)
}

function lineAt(value: string, from: number): string {
  const rest = value.slice(from, from + 300)
  const end = rest.search(/[\r\n]|\xe5\x98[\x8a\x8d]/)
  return end < 0 ? rest : rest.slice(0, end)
}
