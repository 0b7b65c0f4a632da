import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cardValidatorNumbers, inAllWays, presidioCases } from './cards.ts'
import type { Case } from './case.ts'
import { drawn } from './draw.ts'
import { readRules } from './gitleaks-rules.ts'
import { gitleaksTests } from './gitleaks-tests.ts'
import { honestLines } from './honest.ts'
import { credSweeperResults, detectSecretsTests, kingfisherExamples } from './other-tests.ts'
import { trufflehogTests } from './trufflehog-tests.ts'

/**
 * Each set by what its folder has; a folder may be a checkout of the named repository or a part of it. Unknown
 * folders are honest text.
 */
export async function loadSets(directory: string): Promise<Case[]> {
  const has = (path: string) => existsSync(join(directory, path))
  const cases: Case[] = []
  if (has('config/gitleaks.toml')) cases.push(...(await gitleaks(directory)))
  if (has('pkg/detectors'))
    cases.push(
      ...(await each(join(directory, 'pkg/detectors'), /_test\.go$/, (source, path) =>
        trufflehogTests(source, path.split('/').at(-2) ?? ''),
      )),
    )
  if (has('tests/plugins'))
    cases.push(
      ...(await each(join(directory, 'tests/plugins'), /_test\.py$/, (source, path) =>
        detectSecretsTests(source, basename(path)),
      )),
    )
  if (has('data/rules')) cases.push(...(await each(join(directory, 'data/rules'), /\.ya?ml$/, kingfisherExamples)))
  if (has('tests/data/output.json'))
    cases.push(...credSweeperResults(await readFile(join(directory, 'tests/data/output.json'), 'utf8')))
  if (has('src/__tests__/card-number.ts'))
    cases.push(
      ...inAllWays(
        'card-validator',
        cardValidatorNumbers(await readFile(join(directory, 'src/__tests__/card-number.ts'), 'utf8')),
      ),
    )
  if (has('presidio-analyzer/tests'))
    cases.push(
      ...presidioCases(
        await readFile(join(directory, 'presidio-analyzer/tests/test_credit_card_recognizer.py'), 'utf8'),
      ),
    )
  if (has('cards.txt'))
    cases.push(
      ...inAllWays('processors’ test cards', {
        cards: (await readFile(join(directory, 'cards.txt'), 'utf8')).match(/^[0-9]{12,19}/gm) ?? [],
        honest: [],
      }),
    )
  return cases.length > 0 ? cases : honestLines(basename(directory), directory)
}

async function gitleaks(directory: string): Promise<Case[]> {
  const { rules } = readRules(await readFile(join(directory, 'config/gitleaks.toml'), 'utf8'))
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const folder = join(directory, 'cmd/generate/config/rules')
  const tests = existsSync(folder) ? await each(folder, /\.go$/, (source) => gitleaksTests(source, byId)) : []
  return [...rules.flatMap((rule) => drawn(rule, 20)), ...tests]
}

async function each(directory: string, names: RegExp, read: (source: string, path: string) => Case[]): Promise<Case[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  const cases: Case[] = []
  for (const path of paths) cases.push(...read(await readFile(path, 'utf8'), path))
  return cases
}
