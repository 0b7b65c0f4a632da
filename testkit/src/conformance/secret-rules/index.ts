import { scrubText } from '@holdfast/events'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { Runner } from '../runner.ts'
import { isGone } from '../../scrub/sets/case.ts'
import { drawn } from '../../scrub/sets/draw.ts'
import { readRules } from '../../scrub/sets/gitleaks-rules.ts'
import { honestLines } from '../../scrub/sets/honest.ts'

/** Secrets that are drawn from each rule, unless told otherwise. */
const DRAWN = 20

/** Of a rule's secrets so many must be gone, for its form to count as known. */
const KNOWN = 0.5

/** Of all secrets so many must be gone. */
const LEAST = 0.85

/** Of a file's lines so many may be changed, for the file to pass. */
const MOST_CHANGED = 0.05

/**
 * The rules of gitleaks against the scrubber: from the expression of each rule secrets are drawn, and must be gone
 * from what is scrubbed. Most rules describe a form that the scrubber does not know by name, and some describe ids: a
 * rule where fewer than half are gone is told as a skip, and the run fails when too many are left of all. Text files
 * beside the rules are honest text: their lines must stay.
 */
export const secretRules: Runner = {
  title: 'secrets drawn from gitleaks.toml, and honest text, against the scrubber',
  async run(directory, { sample }, report) {
    const { rules, unread } = readRules(await readFile(join(directory, 'config/gitleaks.toml'), 'utf8'))
    for (const rule of unread) report.skip(`a rule that cannot be read: ${rule}`)
    let gone = 0
    let all = 0
    for (const rule of rules) {
      const cases = drawn(rule, sample ?? DRAWN)
      const right = cases.filter(({ text, secrets }) =>
        secrets.every((secret) => isGone(secret, scrubText(text))),
      ).length
      gone += right
      all += cases.length
      if (cases.length === 0) report.skip('a rule that finds nothing in what is drawn from its expression')
      else if (right >= cases.length * KNOWN) report.pass()
      else
        report.skip(`a form that the scrubber does not know: ${rule.id}, ${right} of ${cases.length} secrets are gone`)
    }
    if (gone < all * LEAST) report.fail('all rules', `${gone} of ${all} secrets are gone`)
    report.note(`recall: ${percent(gone, all)} of ${all} secrets drawn from ${rules.length} rules are gone`)

    const lines = await honestLines('beside the rules', directory)
    const changed = lines.filter(({ text }) => scrubText(text) !== text)
    for (const [file, of] of Map.groupBy(lines, ({ unit }) => unit)) {
      const count = changed.filter(({ unit }) => unit === file).length
      if (count <= of.length * MOST_CHANGED) report.pass()
      else report.fail(file, `${count} of ${of.length} lines were changed`)
    }
    if (lines.length > 0)
      report.note(
        `false alarms: ${percent(changed.length, lines.length)} of ${lines.length} lines of text were changed`,
      )
  },
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`
}
