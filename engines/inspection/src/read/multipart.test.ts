import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { latin1 } from './bytes.ts'
import { type Part, readMultipart } from './multipart.ts'

const B = 'boundary'
const part = (headers: string, body: string) => `--${B}\r\n${headers}\r\n\r\n${body}\r\n`
const field = (name: string, body: string) => part(`Content-Disposition: form-data; name="${name}"`, body)

function read(body: string, boundary = B): { parts: Part[]; problems: string[] } {
  const problems: string[] = []
  return { parts: readMultipart(body, boundary, 16, ({ by }) => void problems.push(by)), problems }
}

describe('multipart/form-data', () => {
  it("is read as undici's FormData writes it", async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((text) => text.isWellFormed() && !/[\\\0]|^_charset_$/.test(text))
    const text = fc.string({ maxLength: 30 }).filter((value) => value.isWellFormed())
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, text, fc.boolean()), { minLength: 1, maxLength: 4 }),
        async (entries) => {
          const form = new FormData()
          for (const [key, value, file] of entries) {
            if (file) form.append(key, new Blob([value]), 'a.txt')
            else form.append(key, value)
          }
          const request = new Request('http://x/', { method: 'POST', body: form })
          const boundary = /boundary=(.*)$/.exec(request.headers.get('content-type') ?? '')?.[1] ?? ''
          const sent = new Uint8Array(await request.clone().arrayBuffer())
          const { parts, problems } = read(latin1(sent), boundary)
          const understood = await request.formData()
          expect(problems).toEqual([])
          expect(parts.map(({ name, filename }) => [name, filename])).toEqual(
            [...understood].map(([key, value]) => [key, typeof value === 'string' ? null : value.name]),
          )
        },
      ),
    )
  })

  it.each([
    ['no last boundary', field('a', '1'), 'final-boundary'],
    ['a preamble', `x\r\n${field('a', '1')}--${B}--`, 'preamble'],
    ['an epilogue', `${field('a', '1')}--${B}--\r\nx`, 'epilogue'],
    ['a longer boundary within', `${field('a', `1\r\n--${B}x\r\n`)}--${B}--`, 'boundary-prefix'],
    [
      'a boundary behind LF',
      `${field('a', `1\n--${B}\nContent-Disposition: form-data; name="b"\n\n2`)}--${B}--`,
      'boundary-within',
    ],
    [
      'blanks behind the boundary',
      `--${B} \r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${B}--`,
      'preamble',
    ],
    ['lines of LF', `--${B}\nContent-Disposition: form-data; name="a"\n\n1\n--${B}--`, 'preamble'],
    ['a folded header', `${part('Content-Disposition: form-data;\r\n name="a"', '1')}--${B}--`, 'headers'],
    [
      'two dispositions',
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', '1')}--${B}--`,
      'duplicate-name',
    ],
    ['two names', `${part('Content-Disposition: form-data; name="a"; name="b"', '1')}--${B}--`, 'duplicate-parameter'],
    [
      'filename*',
      `${part(`Content-Disposition: form-data; name="a"; filename="a.txt"; filename*=UTF-8''a.php`, '1')}--${B}--`,
      'extended-parameter',
    ],
    [
      'an escaped quote',
      `${part('Content-Disposition: form-data; name="a"; filename="a\\".php"', '1')}--${B}--`,
      'backslash',
    ],
    ['a backslash', `${part('Content-Disposition: form-data; name="a"; filename="a\\b"', '1')}--${B}--`, 'backslash'],
    ['no disposition', `${part('Content-Type: text/plain', '1')}--${B}--`, 'disposition'],
    ['an attachment', `${part('Content-Disposition: attachment; name="a"', '1')}--${B}--`, 'disposition'],
    [
      'base64',
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', 'MQ==')}--${B}--`,
      'transfer-encoding',
    ],
    [
      'a part of parts',
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=x', '1')}--${B}--`,
      'nested',
    ],
    [
      'a part in UTF-7',
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-7', '1')}--${B}--`,
      'charset',
    ],
    ['_charset_', `${field('_charset_', 'utf-16')}--${B}--`, 'charset'],
    ['no boundary', '', 'preamble'],
    ['17 parts', `${field('a', '1').repeat(17)}--${B}--`, 'limit'],
  ])('with %s has two readings', (_, body, by) => {
    expect(read(body).problems).toContain(by)
  })

  it('has empty parts, empty forms and files', () => {
    expect(read(`--${B}--\r\n`)).toEqual({ parts: [], problems: [] })
    const { parts, problems } = read(
      `${field('a', '')}${part('Content-Disposition: form-data; name="f"; filename="x%22.png"\r\nContent-Type: image/png', '\r\n\0')}--${B}--\r\n`,
    )
    expect(problems).toEqual([])
    expect(parts.map(({ name, filename, media, bytes }) => [name, filename, media, bytes])).toEqual([
      ['a', null, null, ''],
      ['f', 'x".png', 'image/png', '\r\n\0'],
    ])
  })

  it('never throws, in time linear in the body', () => {
    const piece = fc.constantFrom(
      `--${B}`,
      '--',
      '\r\n',
      '\n',
      'Content-Disposition: form-data; name="a"',
      ' ',
      ';',
      '"',
      'x',
      '\\',
    )
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void read(pieces.join(''))))
  })
})
