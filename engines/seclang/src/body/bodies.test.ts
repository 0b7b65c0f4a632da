import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, readJson } from './json.ts'
import { readPairs } from './urlencoded.ts'
import { readXml, XmlError } from './xml.ts'

const LIMITS = { depth: 4, arguments: 100, nodes: 6 }

function json(text: string): string[] | string {
  try {
    return readJson(text, LIMITS).map(({ name, value }) => `${name}=${value}`)
  } catch (error) {
    if (error instanceof JsonError) return error.message
    throw error
  }
}

describe('JSON bodies', () => {
  it.each([
    ['{"a":{"b":[1,"x"]},"c":null}', ['json.a.b.0=1', 'json.a.b.1=x', 'json.c=']],
    [' "x" ', ['json=x']],
    ['{"a":1,"a":2}', ['json.a=1', 'json.a=2']],
    ['{"":-1.5e+3,"\\u0061\\n":true}', ['json.=-1.5e+3', 'json.a\n=true']],
    ['["\\ud83d\\ude00\\ud800x","\xc3\xa9"]', ['json.0=\xf0\x9f\x98\x80\xef\xbf\xbdx', 'json.1=\xc3\xa9']],
    ['{}', []],
    ['[[[[1]]]]', ['json.0.0.0.0=1']],
    ['[[[[[1]]]]]', 'nested deeper than 4'],
    ['{"a":1,}', 'byte 7 begins no name'],
    ['[1,]', 'byte 3 begins no value'],
    ['{"a" 1}', 'byte 5 is no colon'],
    ['["a\nb"]', 'byte 3 is not of a string'],
    ['"\\x"', 'byte 2 is no escape'],
    ['"\\u00g0"', 'byte 5 is no hexadecimal digit'],
    ['[1] x', 'byte 4 is behind the end of the value'],
    ['[01]', 'byte 2 is neither , nor ]'],
    ['', 'byte 0 begins no value'],
    [`[${'1,'.repeat(100)}1]`, 'more than 100 values'],
  ])('%s', (text, expected) => {
    expect(json(text)).toEqual(expected)
  })

  it('does not pay for a long name around many values', () => {
    const text = `{"${'x'.repeat(20_000)}":[${'1,'.repeat(2000)}1]}`
    expect(() => readJson(text, { depth: 4, arguments: 10_000 })).toThrow('long names around many values')
  })

  it('takes what JSON.parse takes, and reads what it reads', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((each) => each.slice(0, -1)),
    )
    fc.assert(
      fc.property(text, (each) => {
        const bytes = Buffer.from(each, 'utf8').toString('latin1')
        const parsed = attempt(() => flat(JSON.parse(each), 'json'))
        const read = attempt(() =>
          readJson(bytes, { depth: 1000, arguments: 10_000 }).map(({ name, value }) => `${name}=${value}`),
        )
        // Of members of the same name JSON.parse keeps the last; numbers are written anew, integers as names sorted.
        if (parsed === undefined || read === undefined) expect(read).toBe(parsed)
        else expect(read.length).toBeGreaterThanOrEqual(parsed.length)
      }),
    )
  })
})

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

function flat(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return [name]
  return Object.entries(value).flatMap(([key, each]) => flat(each, `${name}.${key}`))
}

function xml(text: string) {
  try {
    return readXml(text, LIMITS)
  } catch (error) {
    if (error instanceof XmlError) return error.message
    throw error
  }
}

describe('XML bodies', () => {
  it.each([
    ['<a>x<b c="1" d=\'&lt;2\'/>y</a>', { text: 'xy', attributes: ['1', '<2'] }],
    [
      '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><a><![CDATA[<&]]>&#65;&#x42;</a> ',
      { text: '<&AB', attributes: [] },
    ],
    ['<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x>"> <!-- ]> -->]><a>&e;</a>', { text: '&e;', attributes: [] }],
    ['<a><b></a></b>', 'byte 6 closes what is not open'],
    ['<a>', 'an element is not closed'],
    ['x', 'byte 0 is outside of the root element'],
    ['', 'there is no element'],
    ['<a/><b/>', 'byte 4: there is one root element'],
    ['<a b=c/>', 'byte 2: a tag is not closed'],
    ['<a b="<"/>', 'byte 2: a tag is not closed'],
    ['<a><!-- </a>', 'what byte 7 is in does not end'],
    ['<!DOCTYPE a [', 'a DTD does not end'],
    ['<a><a><a><a><a></a></a></a></a></a>', 'nested deeper than 4'],
    ['<a>1<b/>2<b/>3<b/>4<b/>5<b/>6<b/>7</a>', 'more than 6 nodes'],
  ])('%s', (text, expected) => {
    expect(xml(text)).toEqual(expected)
  })

  it('reads any text to its end', () => {
    const piece = fc.constantFrom(
      '<a',
      '>',
      '</a>',
      '/>',
      ' b="',
      '"',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&#x41;',
      '<!DOCTYPE',
      '[',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const read = xml(pieces.join(''))
        expect(typeof read === 'string' || read.attributes.length < 7).toBe(true)
      }),
    )
  })
})

describe('urlencoded bodies', () => {
  it.each([
    ['a=1&b&&=c&d=e=f', ['a=1', 'b=', '=c', 'd=e=f'], false],
    ['%61+b=%zz', ['a b=%zz'], true],
    ['', [], false],
  ])('%s', (text, expected, broken) => {
    const read = readPairs(text, '&', 10)
    expect(read.pairs.map(({ name, value }) => `${name}=${value}`)).toEqual(expected)
    expect(read.broken).toBe(broken)
  })

  it('stops at its limit, and says so', () => {
    expect(readPairs('a;b;c', ';', 2)).toMatchObject({ tooMany: true, pairs: [{ name: 'a' }, { name: 'b' }] })
    expect(readPairs('a;b', ';', 2).tooMany).toBe(false)
  })
})
