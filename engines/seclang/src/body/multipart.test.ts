import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBoundary } from './boundary.ts'
import { readMultipart } from './multipart.ts'

const TYPE = 'multipart/form-data; boundary=XX'
const FIELD = 'Content-Disposition: form-data; name="a"\r\n\r\nvalue\r\n'
const LIMITS = { parts: 3, files: 1 }

function read(body: string, type = TYPE) {
  const { parts, flags, error } = readMultipart(type, body, LIMITS)
  return {
    parts: parts.map(({ name, files, content }) => [name, ...files, content]),
    flags: [...flags.keys()].map((name) => name.replace('MULTIPART_', '')).toSorted(),
    error,
  }
}

describe('multipart bodies', () => {
  it('reads fields and files', () => {
    const file =
      'Content-Disposition: form-data; name="f"; filename="a\\"b.txt"\r\nContent-Type: text/plain\r\n\r\n1\r\n2\r\n'
    expect(read(`--XX\r\n${FIELD}--XX\r\n${file}--XX--\r\n`)).toEqual({
      parts: [
        ['a', 'value'],
        ['f', 'a"b.txt', '1\r\n2'],
      ],
      flags: [],
      error: undefined,
    })
  })

  it.each([
    ['preamble', `before\r\n--XX\r\n${FIELD}--XX--`, ['DATA_BEFORE']],
    ['epilogue', `--XX\r\n${FIELD}--XX--\r\nafter`, ['DATA_AFTER']],
    ['bare line feeds', `--XX\n${FIELD.replaceAll('\r', '')}--XX--\n`, ['LF_LINE']],
    ['both line ends', `--XX\r\n${FIELD}--XX--\n`, ['CRLF_LF_LINES', 'LF_LINE']],
    ['a folded header', `--XX\r\nContent-Disposition: form-data;\r\n name="a"\r\n\r\nx\r\n--XX--`, ['HEADER_FOLDING']],
    ['a delimiter with more behind it', `--XX\r\n${FIELD}--XXY\r\n--XX--`, ['UNMATCHED_BOUNDARY']],
    ['no disposition', `--XX\r\nX: y\r\n\r\nx\r\n--XX--`, ['INVALID_PART']],
    ['two names', `--XX\r\nContent-Disposition: form-data; name="a"; name="b"\r\n\r\nx\r\n--XX--`, ['INVALID_PART']],
    [
      'a quote in a bare name',
      `--XX\r\nContent-Disposition: form-data; name='a'\r\n\r\nx\r\n--XX--`,
      ['INVALID_QUOTING'],
    ],
    [
      'no semicolon',
      `--XX\r\nContent-Disposition: form-data name="a"\r\n\r\nx\r\n--XX--`,
      ['MISSING_SEMICOLON', 'SEMICOLON_MISSING'],
    ],
    [
      'two files',
      `--XX\r\n${'Content-Disposition: form-data; name=a; filename=b\r\n\r\nx\r\n--XX\r\n'.repeat(2)}${FIELD}--XX--`,
      ['FILE_LIMIT_EXCEEDED'],
    ],
    ['a header without end', `--XX\r\nX: ${'y'.repeat(9000)}\r\n\r\nx\r\n--XX--`, ['INVALID_PART']],
  ])('flags %s', (_, body, flags) => {
    expect(read(body).flags).toEqual(flags)
  })

  it('tells what is wrong with the whole', () => {
    expect(read('nothing').error).toBe('Multipart: No boundaries found in payload.')
    expect(read(`--XX\r\n${FIELD}`)).toMatchObject({
      parts: [['a', 'value']],
      error: 'Multipart: Final boundary missing.',
    })
    expect(read(`--XX\r\n${`${FIELD}--XX\r\n`.repeat(5)}`).error).toBe('Multipart: too many parts.')
    expect(read('', 'multipart/form-data').error).toBe('Multipart: Boundary not found in C-T.')
  })

  it('decodes filename*, and tells both names', () => {
    const header = `Content-Disposition: form-data; name=a; filename="x.txt"; filename*=UTF-8''%2e%2e%2fx+y`
    expect(read(`--XX\r\n${header}\r\n\r\n1\r\n--XX--`).parts).toEqual([['a', 'x.txt', '../x+y', '1']])
  })

  it.each([
    ['a; boundary=x', { text: 'x', quoted: false, blank: false }],
    ['a; charset=utf-8; BOUNDARY="a b"', { text: 'a b', quoted: true, blank: true }],
    ['a; boundary=----WebKitFormBoundaryX; x=y', { text: '----WebKitFormBoundaryX', quoted: false, blank: false }],
    ['a; boundary=a; boundary=b', expect.stringContaining('Multiple')],
    ['a; boundary=', expect.stringContaining('empty')],
    ['a; boundary="a', expect.stringContaining('quote')],
    ['a; boundary=a<b', expect.stringContaining('characters')],
    [`a; boundary=${'a'.repeat(71)}`, expect.stringContaining('too long')],
    ['a, boundary=x', expect.stringContaining('malformed')],
  ])('reads the boundary of %s', (type, expected) => {
    expect(readBoundary(type)).toEqual(expected)
  })

  it('reads any body to its end', () => {
    const piece = fc.constantFrom(
      '--XX',
      '--',
      '\r\n',
      '\n',
      FIELD,
      'Content-Disposition: form-data',
      '; name=',
      '"a"',
      ' ',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(read(pieces.join('')).parts.length).toBeLessThanOrEqual(4)
      }),
    )
  })
})
