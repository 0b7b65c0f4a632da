import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

/** What a guide quotes: the file that it names last before a block, and the block. */
function quotations(text: string) {
  const blocks = [...text.matchAll(/\(?`((?:testkit|server)\/[^`]+\.(?:js|py|ts))`\)?[^`]*?```(\w+)\n([\s\S]*?)```/g)]
  return blocks.map(([, path = '', language = '', code = '']) => ({ path, language, code }))
}

describe('what the guide to clients shows', () => {
  const all = quotations(read('docs/guide/connect-a-client.md'))

  it('is found', () => expect(all.length).toBeGreaterThanOrEqual(7))

  it.each(all)('is what the tests run: $path', ({ path, language, code }) => {
    const own = new Set(
      read(path)
        .split('\n')
        .map((line) => wordsOf(line, language)),
    )
    const shown = code.split('\n').filter((line) => line.trim() !== '')
    expect(shown.filter((line) => !own.has(wordsOf(line, language)))).toEqual([])
  })
})

/** Of Apache's lines the directive: its values are those of an example. */
function wordsOf(line: string, language: string): string {
  const text = line.trim()
  return language === 'apache' ? text.replace(/^(OIDC(?!Scope|PKCE)\w+) .*/, '$1') : text
}
