import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Ways to put text into a statement where a parameter belongs. */
const unsafe = [/\bsql\s*\.\s*(raw|lit|literal)\b/, /\.query\(\s*`[^`]*\$\{/, /\bsql\s*(<[^>]*>)?\(/]

/** Files in which the text is our own: checked against a pattern, or a quoted identifier. */
const reviewed = new Set([
  'platform/database/database.ts',
  'platform/database/listener.ts',
  'platform/database/embedded/cluster.ts',
])

function productFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(path) && !path.startsWith('testing/'))
}

describe('no statement is built from text', () => {
  it('in any file of the server', () => {
    const files = productFiles()
    expect(files.length).toBeGreaterThan(60)
    const found = files
      .filter((path) => !reviewed.has(path))
      .filter((path) => unsafe.some((pattern) => pattern.test(readFileSync(root + path, 'utf8'))))
    expect(found).toEqual([])
  })

  it.each(['sql.raw(`SELECT ${name}`)', 'sql.lit(name)', 'client.query(`DROP TABLE ${name}`)', 'sql<Row>(text)'])(
    'and it would be seen: %s',
    (planted) => expect(unsafe.some((pattern) => pattern.test(planted))).toBe(true),
  )
})
