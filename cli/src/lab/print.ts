import { printable } from '../output/printable.ts'
import type { Door, Result, Row } from './report.ts'

const WIDTH = 100
const DOORS: Readonly<Record<Door, string>> = {
  naive: 'naive shop',
  fronted: '+ gateway',
  gateway: 'guarded',
  bypassed: 'bypassed',
}
const ANSWERED = 34
const EVENT_INDENT = ' '.repeat(16)
const KEEP = '\u00a0' // a blank that does not break

export function heading(): string {
  return `Attacks on two shops of one API. Each is played four times with real HTTP requests, and judged by
what the database, the page or the log then holds, never by the answer alone:
  naive shop   the twin that trusts the page
  + gateway    the same, behind a gateway that knows nothing of it
  guarded      the guarded shop, through the gateway, as a customer who is signed in
  bypassed     the guarded shop's own port: no identity, forged ones, the own session

`
}

/** One attack: what it does, and a line for each door. */
export function block(row: Row, number: number): string {
  const lines = [
    `${String(number).padStart(2)}  ${row.title} (${row.story})`,
    ...wrap(row.does, WIDTH - 4).map((line) => `    ${line}`),
    ...row.results.flatMap(resultLines),
  ]
  return `${lines.map((line) => printable(line.replaceAll(KEEP, ' ')).trimEnd()).join('\n')}\n\n`
}

function resultLines(result: Result): string[] {
  const head = `    ${DOORS[result.door].padEnd(10)}  ${verdict(result).padEnd(8)}  `
  const indent = ' '.repeat(head.length)
  const answers = wrap(result.answered.map((answer) => answer.replaceAll(' ', KEEP)).join(', '), ANSWERED)
  const effects = wrap(result.effect, WIDTH - head.length - ANSWERED - 2)
  const count = Math.max(answers.length, effects.length)
  const lines = Array.from({ length: count }, (_, at) => {
    const left = at === 0 ? head : indent
    return `${left}${(answers[at] ?? '').padEnd(ANSWERED)}  ${effects[at] ?? ''}`
  })
  return [...lines, ...eventLines(result).map((line) => `${EVENT_INDENT}${line}`)]
}

function verdict({ succeeded }: Result): string {
  if (succeeded === null) return 'BROKEN'
  return succeeded ? 'succeeds' : 'fails'
}

function eventLines({ door, answered, events, missingEvents }: Result): string[] {
  // One of each kind, and how many there are: ten doors that said no are ten events of one kind.
  const kinds = Map.groupBy(events, ({ kind }) => kind)
  const shown = [...kinds].map(([kind, [first, ...others]]) => {
    const count = others.length === 0 ? '' : ` ×${others.length + 1}`
    return `event ${first?.id ?? ''}  ${kind}, ${first?.outcome ?? ''}${count}`
  })
  if ((door === 'gateway' || door === 'bypassed') && events.length === 0)
    shown.push(answered.some((answer) => /^[45]/.test(answer)) ? 'no event' : 'no event: nothing was refused')
  return [...shown, ...missingEvents.map((id) => `NOT in the ledger: event ${id}`)]
}

export function summary(rows: readonly Row[]): string {
  const of = (door: Door): string => {
    const results = rows.flatMap((row) => row.results.filter((result) => result.door === door))
    const succeeded = results.filter((result) => result.succeeded === true).length
    return `${succeeded} of ${results.length}`
  }
  const unexpected = rows.flatMap((row) =>
    row.results.filter((result) => !result.asExpected).map(({ door }) => `  ${row.id} (${DOORS[door]})`),
  )
  const counts = `Succeeded: ${of('naive')} on the naive shop, ${of('fronted')} behind a gateway alone;
on the guarded shop ${of('gateway')} through the gateway, ${of('bypassed')} with it bypassed.`
  if (unexpected.length === 0) return `${counts}\nAs it should be.\n`
  return `${counts}\nNOT as it should be:\n${unexpected.join('\n')}\n`
}

/** Breaks at blanks where it can; a word that is longer than the line is cut. */
function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function pieces(word: string, width: number): string[] {
  const parts = []
  for (let at = 0; at === 0 || at < word.length; at += width) parts.push(word.slice(at, at + width))
  return parts
}
