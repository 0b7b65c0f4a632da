import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { readCase } from './cases.ts'
import { encode } from './encode.ts'
import { wafPayloads } from './index.ts'
import { place } from './place.ts'
import { valuesOf } from './values.ts'

const at = (name: string, config = {}) => ({ name, config })

it('encodes as the encoder says', () => {
  expect(encode('URL', "a b'<é")).toBe('a+b%27%3C%C3%A9')
  expect(encode('Base64Flat', '<a>')).toBe('PGE+')
  expect(encode('Base64', 'a')).toBe('YQ==')
  expect(encode('JSUnicode', '<é')).toBe('\\u003c\\u00e9')
  expect(encode('XMLEntity', '<"')).toBe('&lt;&#34;')
  expect(encode('Rot13', 'a')).toBeUndefined()
})

it('places a payload, and the values of the request hold it as a backend reads it', () => {
  for (const name of ['URLParam', 'HTMLForm', 'URLPath'])
    expect(valuesOf(place(at(name), '%3Ca%3E') ?? never()).map(({ text }) => text)).toContain('<a>')
  for (const name of ['HTMLMultipartForm', 'JSONRequest', 'Header', 'UserAgent', 'XMLBody', 'RequestBody'])
    expect(valuesOf(place(at(name), '<a>') ?? never()).map(({ text }) => text)).toContain('<a>')
  expect(place(at('GraphQL', { method: 'GET' }), '{a}')?.target).toBe('/?query=%7Ba%7D')
  expect(place(at('RawRequest', { method: 'CUST', path: '/x', body: 'b={{payload}}' }), 'p')).toMatchObject({
    method: 'CUST',
    target: '/x',
    body: 'b=p',
  })
  expect(place(at('Header'), 'a\r\nb')).toBeUndefined()
})

it('reads a quote that is escaped as Go writes it', () => {
  expect(readCase('owasp/x.yml', 'payload:\n  - "\\\'-a//"\ntype: X').payloads).toEqual(["'-a//"])
})

it('counts attacks that pass and texts that are blocked as failures', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-waf-'))
  try {
    const rest = 'encoder:\n  - URL\nplaceholder:\n  - URLParam\n  - gRPC\ntype: X\n'
    await mkdir(join(directory, 'owasp'))
    await mkdir(join(directory, 'false-pos'))
    await writeFile(
      join(directory, 'owasp/a.yml'),
      `payload:\n  - <script>alert(1)</script>\n  - a harmless text\n${rest}`,
    )
    await writeFile(join(directory, 'false-pos/b.yml'), `payload:\n  - a text\n  - <svg onload=alert(1)>\n${rest}`)
    const lines: string[] = []
    const tally = new Tally((line) => lines.push(line))
    await wafPayloads.run(directory, { sample: undefined }, tally)
    tally.finish()
    expect(lines).toContain('attacks: 1 of 2 requests blocked (50.00 %)')
    expect(lines).toContain('benign: 1 of 2 requests blocked (50.00 %)')
    expect(lines.at(-1)).toBe('2 passed, 2 failed, 4 skipped')
  } finally {
    await rm(directory, { recursive: true })
  }
})

function never(): never {
  throw new Error('the placeholder is not known')
}
