import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The different patterns of @rx in the .conf files of a rule set, read as latin1; `files` chooses by name. */
export function patternsOf(rules: string, files: RegExp = /(?:)/): string[] {
  const rule = /^[ \t]*SecRule\s+(?:"(?:[^"\\]|\\.)*"|\S+)\s+"!?(?:@rx\s+|(?![!@]))((?:[^"\\]|\\[^])*)"/gm
  return unique(
    filesIn(rules, '.conf', files).flatMap((text) =>
      [
        ...text
          .replace(/^\s*#.*$/gm, '')
          .replaceAll(/\\\r?\n\s*/g, '')
          .matchAll(rule),
      ].map(([, pattern = '']) => pattern.replaceAll('\\"', '"')),
    ),
  )
}

/** The phrases of each .data file of a rule set. */
export function phrasesOf(rules: string): string[][] {
  return filesIn(rules, '.data').map((text) =>
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  )
}

/** What its regression tests send: each line of a request, decoded once, up to a length. */
export function payloadsOf(tests: string, longest: number): string[] {
  const sent = filesIn(tests, '.yaml').flatMap((text) =>
    [...text.matchAll(/^\s*(?:uri|data|[A-Z][\w-]+): "?(.+?)"?$/gm)].map(([, value = '']) =>
      value.replaceAll(/%([0-9a-fA-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16))),
    ),
  )
  return unique(sent).filter((text) => text.length <= longest)
}

function filesIn(folder: string, ending: string, files: RegExp = /(?:)/): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && files.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'latin1'))
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
