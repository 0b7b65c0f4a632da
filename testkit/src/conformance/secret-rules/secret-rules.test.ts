import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { secretRules } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'))
  mkdirSync(join(folder, 'config'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(rules: readonly string[], text = ''): Promise<{ good: boolean; lines: string[] }> {
  const toml = rules.map((regex, n) => `[[rules]]\nid = "rule-${n}"\nregex = '''${regex}'''\nentropy = 2\n`).join('\n')
  writeFileSync(join(folder, 'config/gitleaks.toml'), `title = "x"\n${toml}`)
  if (text !== '') writeFileSync(join(folder, 'honest.txt'), text)
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await secretRules.run(folder, { sample: 10 }, tally)
  return { good: tally.finish(), lines }
}

const token = String.raw`(?i)\bapi_key(?:=|: )["']?([a-z0-9]{32})\b`

it('counts the secrets of each rule that are gone, and the lines of honest text that changed', async () => {
  const honest = 'The token of a session is short.\nGET /a 200\n'.repeat(10)
  expect(await run([token, token, token, token, token, token, 'zebra ([0-9a-f]{6})'], honest)).toEqual({
    good: true,
    lines: [
      'recall: 85.71 % of 70 secrets drawn from 7 rules are gone',
      'false alarms: 0.00 % of 20 lines of text were changed',
      'SKIP 1: a form that the scrubber does not know: rule-6, 0 of 10 secrets are gone',
      '7 passed, 0 failed, 1 skipped',
    ],
  })
})

it('fails when too many secrets are left, when honest text is changed', async () => {
  expect((await run(['zebra ([0-9a-f]{6})', token])).lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped')
  expect((await run([token], 'password=hunter2\nGET /a 200\n')).lines).toContain(
    'FAIL honest.txt: 1 of 2 lines were changed',
  )
})
