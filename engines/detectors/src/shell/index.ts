import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { kindOf } from './commands.ts'
import { isGrave, isShown } from './grave.ts'
import { isCommand, isHidden, isLone, type Named, named } from './judge.ts'
import { type Command, readCommands } from './lex.ts'

const JOINTS =
  CLASS.semicolon | CLASS.pipe | CLASS.ampersand | CLASS.backtick | CLASS.dollar | CLASS.lineEnd | CLASS.paren
const PARTS =
  CLASS.slash | CLASS.backslash | CLASS.singleQuote | CLASS.doubleQuote | CLASS.brace | CLASS.minus | CLASS.operator

/** Command injection: sh, cmd.exe and PowerShell. A value is read as words of a command, in quotes of either kind, and as a line. */
export const shell: Detector = {
  name: 'shell',
  concerns: (classes) => (classes & (JOINTS | PARTS)) !== 0,
  detect,
}

/** `for %x in (...) do`, with its options; a comparison of a variable. Windows Commands, "for", "if". */
const LOOP =
  /\bfor\s{1,8}(?:\/[dflr]\s{1,8}[^%]{0,80})?%{1,2}~?[a-z]\s{1,8}in\s{0,8}\([^)]{0,200}\)\s{0,8}do\b|\bif\s{1,8}(?:\/i\s{1,8})?(?:not\s{1,8})?"?%[\w:~,-]{1,40}%"?\s{0,8}(?:==|equ\b|neq\b|lss\b|leq\b|gtr\b|geq\b)/i

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  if (/^[\t ]*:?\(\)[\t ]*\{/.test(value))
    return hit('function', 'as is', 0, value.length, 'a function of a shell is defined in a variable (CVE-2014-6271)')
  const loop = lineCount(value) > 2 ? null : LOOP.exec(value)
  if (loop !== null)
    return hit('loop', 'a line of cmd.exe', loop.index, loop.index + loop[0].length, 'a loop of cmd.exe')
  for (const quote of ['', "'", '"']) {
    const from = quote === '' ? 0 : value.indexOf(quote) + 1
    if (quote !== '' && (from === 0 || (classes & JOINTS) === 0)) continue
    budget.take(value.length - from)
    const found = inContext(value, from, quote === '' ? 'words of a command' : `in ${quote}...${quote} of a command`)
    if (found !== null) return found
  }
  return null
}

function hit(kind: string, context: string, start: number, end: number, why: string): Hit {
  return { class: kind, context, start, end, why }
}

function inContext(value: Bytes, from: number, context: string): Hit | null {
  const all = readCommands(value, from).map(named)
  const listed = all.filter(({ kind, args }) => kind === undefined && args.length < 2).length > 1
  const lines = lineCount(value)
  let shown = lines > 3 || (from > 0 && isShownBefore(value, from, lines))
  for (const [at, it] of all.entries()) {
    const { joint, at: begin, start, end } = it.command
    if (isGrave(it, all[at + 1], lines))
      return hit('line', 'a line of a shell', start, end, 'a command that reads what is secret or gives a shell away')
    if (isHidden(it) && isReal(it))
      return hit('hidden', context, start, end, 'the name of a program, written so that it is not found')
    if (isHead(value, it.command, lines)) shown = lines > 3 || (from > 0 && joint === '' && shown) || isShell(it)
    else if (mayBegin(value, it.command, lines) && !(shown && isShown(it)) && runs(value, it, listed))
      return hit(nameOf(joint), context, begin, end, `a command stands behind a ${nameOf(joint)}`)
  }
  return null
}

function runs(value: string, it: Named, listed: boolean): boolean {
  return isCommand(it) || (isLone(it) && mayStandAlone(value, it, listed))
}

/** The beginning of a line, or of a code span of Markdown. */
function isHead(value: string, command: Command, lines: number): boolean {
  const { joint } = command
  if (joint === '`')
    return value.startsWith('``', command.at) || value.charAt(command.at - 1) === '`' || !isAttached(value, command)
  return joint === '' || (joint === '\n' && !isSlippedIn(value, command, lines))
}

/** A line of a shell that somebody shows: it begins with a command, or says in a few words that one follows. */
function isShell({ kind, command }: Named): boolean {
  if (kind !== undefined) return true
  return command.words.slice(1, 10).some(({ text }) => isToolName(text))
}

function isToolName(text: string): boolean {
  const kind = kindOf(text)
  return kind === 'talked' || kind === 'technical' || /^(?:cat|echo|export|find|which)$/.test(text)
}

/** The same of what stands before the quote that a value would leave. */
function isShownBefore(value: string, from: number, lines: number): boolean {
  const heads = readCommands(value.slice(0, from), 0).filter((command) => isHead(value, command, lines))
  const last = heads.at(-1)
  return last !== undefined && isShell(named(last))
}

/** True where a shell would take what follows for a command. */
function mayBegin(value: string, command: Command, lines: number): boolean {
  const { joint } = command
  if (joint === '' || joint === ')') return false
  if (joint === '(') return isAfterJoint(value, command)
  return joint !== '\n' || isSlippedIn(value, command, lines)
}

function nameOf(joint: Command['joint']): string {
  return joint === '$(' || joint === '`' || joint === '<(' ? 'substitution' : 'separator'
}

/** Quotes inside of words are prose, too ("rock'n'roll"): a hidden name must be given something, or be long. */
function isReal({ name, args }: Named): boolean {
  return args.length > 0 || name.text.length > 3 || name.text.includes('/')
}

/** `; (id)` and `$((id))`: the parenthesis opens a subshell where a command may stand. */
function isAfterJoint(value: string, { at }: Command): boolean {
  return /[;&|\n`(]\s{0,8}$/.test(value.slice(Math.max(0, at - 9), at))
}

/** A second line behind a short word: text of several lines is text. */
function isSlippedIn(value: string, { at }: Command, lines: number): boolean {
  return lines <= 2 && at <= 64 && value.slice(0, at).trim().split(/\s+/).length <= 2
}

/** A code span of Markdown stands among blanks; a substitution is part of a word, of a whole value, or follows a separator. */
function isAttached(value: string, { at, end }: Command): boolean {
  if (at === 0) return end >= value.length - 1
  if (/[\w=/$.@'";&}-]/.test(value.charAt(at - 1))) return true
  // In a row of a table there are more of them.
  if (value.charAt(at - 1) === '|' && value.split('|', 3).length === 2) return true
  return /[;&]\s{1,8}$|^\|\s{0,8}$|\$\($/.test(value.slice(Math.max(0, at - 9), at))
}

/** The name of a field stands alone, too: in tables, and in the queries of addresses. */
function mayStandAlone(value: string, { command }: Named, listed: boolean): boolean {
  if (command.joint === '`') return true
  if (command.joint === '$(') return value.charAt(command.end + 1) !== '.'
  if (listed) return false
  if (command.joint === '|' && /^\s*\|\s[^|]*\||^[^|]*\|[^|]*\|\s*[^\s|]/.test(value)) return false
  if (command.joint === '&' && value.slice(0, command.at).includes('=')) return false
  return command.joint !== '('
}

function lineCount(value: string): number {
  let lines = 1
  for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1))
    if (value.slice(at + 1, at + 2).trim() !== '' && !/^['"`)]$/.test(value.slice(at + 1, at + 3))) lines++
  return lines
}
