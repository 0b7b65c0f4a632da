import { type Reading, readScript } from '../script/read.ts'
import { browserMember, tellingCall } from '../script/sinks.ts'

export interface ScriptFound {
  readonly context: string
  readonly start: number
  readonly end: number
}

const QUOTES = ["'", '"', '`']

/**
 * A value that stood in a string of a script and leaves it: what is behind the first quote goes on as script to its end, and calls
 * or writes something. A later quote of the same kind is none that ends the string: behind a first one that is followed by
 * no script, the page's script does not parse.
 */
export function findBreakOut(text: string): ScriptFound | undefined {
  for (const quote of QUOTES) {
    const at = text.indexOf(quote)
    if (at < 0) continue
    const reading = readScript(text, at + 1, { afterOperand: true })
    if (reading.whole && acts(text, quote, reading))
      return { context: `in ${quote}...${quote} of a script`, start: at, end: reading.end }
  }
  return undefined
}

/** The backtick that ends a code span of Markdown calls nothing. */
function acts(text: string, quote: string, reading: Reading): boolean {
  if (reading.operators + reading.left + reading.statements.length === 0) return false
  return (
    reading.calls.some(
      ({ callee, args }) => !/^[/"]/.test(callee) && (quote !== '`' || text.charAt(args - 1) !== quote),
    ) || browserMember(reading) !== undefined
  )
}

/** A value that is a script, and shows that it runs. A program of many lines is pasted, not slipped in. */
export function findScript(text: string): ScriptFound | undefined {
  if (/^[[\]()!+{}\s]{12,}$/.test(text) && text.includes('![]'))
    return { context: 'as a script', start: 0, end: text.length }
  const reading = readScript(text)
  if (!reading.whole) return beforeTagEnd(text)
  if (isProgram(text, reading)) return undefined
  const call = tellingCall(text, reading)
  if (call !== undefined) return { context: 'as a script', start: call.start, end: reading.end }
  if (!reading.assigned.some((path) => /(?:^|\.)onerror$/.test(path)) || !reading.statements.includes('throw'))
    return undefined
  return { context: 'as a script', start: 0, end: reading.end }
}

/** `alert(1)>text`: the rest of a handler without quotes, the end of its tag, and text. */
function beforeTagEnd(text: string): ScriptFound | undefined {
  const end = text.indexOf('>')
  if (end < 1 || end > 400 || /[=\s\n-]$/.test(text.slice(0, end)) || /\s/.test(text.slice(0, end).trim()))
    return undefined
  const script = text.slice(0, end)
  const reading = readScript(script)
  const call = reading.whole ? tellingCall(script, reading) : undefined
  return call === undefined ? undefined : { context: 'as a script', start: call.start, end }
}

function isProgram(text: string, { statements, calls }: Reading): boolean {
  return text.split('\n', 3).length > 2 && statements.length + calls.length > 2
}
