import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chains, Forms } from './chain.ts'
import { TRANSFORMATIONS } from './registry.ts'

function transformed(name: string, text: string): string {
  const transformation = TRANSFORMATIONS.get(name.toLowerCase())
  if (transformation === undefined) throw new Error(`there is no transformation ${name}`)
  return transformation.apply(text)
}

describe('transformations', () => {
  it.each([
    ['base64Decode', 'aGk=', 'hi'],
    ['base64Decode', 'aG!k=', 'h'],
    ['base64Decode', 'aG\r\nk=', 'hi'],
    ['base64DecodeExt', 'a.G-k', 'hi'],
    ['base64Encode', '\xff\0', '/wA='],
    ['cmdLine', 'C^md.EXE  "/C", (dir)', 'cmd.exe/c(dir)'],
    ['compressWhitespace', 'a \t\xa0\v b', 'a b'],
    ['cssDecode', String.raw`\6a avascript\3a x`, 'javascript:x'],
    ['cssDecode', 'e\\\nxp\\r\\', 'expr'],
    ['cssDecode', String.raw`\ff1c\0\e9`, '<\xef\xbf\xbd\xc3\xa9'],
    ['escapeSeqDecode', String.raw`\x41\101\n\q\xZ`, 'AA\nq\\xZ'],
    ['escapeSeqDecode', '\\X41\\0419\\400\\XZ\\"\\', 'A!9\0\\XZ"\\'],
    ['hexDecode', '4a4B', 'JK'],
    ['hexDecode', '4a4', ''],
    ['hexEncode', 'J\xff', '4aff'],
    ['htmlEntityDecode', '&lt;&#x3c;&#60&#0;&colon;&amp&unknown;&#128;', '<<<\xef\xbf\xbd:&&unknown;\xe2\x82\xac'],
    ['htmlEntityDecode', '&ltscript&gtx;', '<script>x;'],
    ['jsDecode', String.raw`\u0061\x62\143\u2028\uff41\k\7`, 'abc(ak\x07'],
    ['length', 'h\xc3\xa9', '3'],
    ['lowercase', 'AZ\xc0', 'az\xc0'],
    ['md5', '', '\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e'],
    ['normalizePath', '/a//b/./c/../../d/', '/a/d/'],
    ['normalizePath', '/../../etc/passwd', '/etc/passwd'],
    ['normalizePath', 'a/../../b/.', '../b'],
    ['normalizePathWin', String.raw`c:\x\..\y`, 'c:/y'],
    ['parityEven7bit', 'abc\x80', '\xe1\xe2c\0'],
    ['parityOdd7bit', 'abc', 'ab\xe3'],
    ['parityZero7bit', '\xe1\x80', 'a\0'],
    ['removeComments', 'a/*b*/c--d', 'ac '],
    ['removeComments', 'a<!-- b -->c#d', 'ac '],
    ['removeCommentsChar', 'a/*b*/<!--c-->d--#', 'abcd'],
    ['removeNulls', 'a\0b', 'ab'],
    ['removeWhitespace', ' a\tb\xa0\f', 'ab'],
    ['replaceComments', 'un/*x*/ion/*', 'un ion '],
    ['replaceNulls', 'a\0b', 'a b'],
    ['sqlHexDecode', 'x=0x414 0X4243 0xg', 'x=A4 BC 0xg'],
    ['trim', ' \ta b\n', 'a b'],
    ['trimLeft', ' a ', 'a '],
    ['trimRight', ' a\n', ' a'],
    ['uppercase', 'az\xe9', 'AZ\xe9'],
    ['urlDecode', 'a+%41%4%zz%u0041', 'a A%4%zz%u0041'],
    ['urlDecodeUni', '%u0041%uff1c%u2039%u00e9%u1E41%2', 'A<<eA%2'],
    ['urlEncode', 'a b/*\xe9', 'a+b%2f*%e9'],
    ['utf8toUnicode', 'h\xc3\xa9\xe2\x80\xb9\xf0\x9f\x98\x80\xff', 'h%u00e9%u2039%u1f600\xff'],
  ])('%s of %j', (name, text, expected) => {
    expect(transformed(name, text)).toBe(expected)
  })

  it('knows the bytes without which a value stays as it is', () => {
    const text = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(fc.constantFrom(...TRANSFORMATIONS.keys()), text, (name, value) => {
        const { needs, apply } = TRANSFORMATIONS.get(name) ?? {}
        if (needs === undefined || apply === undefined) return
        const without = value
          .split('')
          .filter((character) => !needs.includes(character))
          .join('')
        expect(apply(without)).toBe(without)
      }),
    )
  })

  it('skips a chain only where none of its steps changes the value', () => {
    const place = { file: 'a', line: 1 }
    const chains = new Chains()
    const names = fc.array(fc.constantFrom(...TRANSFORMATIONS.keys()), { maxLength: 3 })
    const text = fc
      .array(fc.constantFrom('a', 'B', '%41', '&lt;', '\\n', ' ', '/*', './', '\0', '\xe9', '+'))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(names, text, (list, value) => {
        const chain = chains.of(list, place)
        const steps = list.map((name) => TRANSFORMATIONS.get(name)?.apply ?? String)
        const expected = steps.reduce((text, step) => step(text), value)
        const forms = new Forms('other').reset(value)
        expect(forms.of(chain)).toBe(expected)
        if (chain.needs !== -1 && (chain.needs & forms.kinds) === 0) expect(expected).toBe(value)
        expect([forms.all(chain)[0], forms.all(chain).at(-1)]).toEqual([value, expected])
      }),
    )
    expect(() => chains.of(['rot13'], place)).toThrow('a:1: there is no transformation rot13 (transformation_unknown)')
  })

  it('answers bytes for bytes', () => {
    const text = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(fc.constantFrom(...TRANSFORMATIONS.keys()), text, (name, value) => {
        expect(/[^\0-\xff]/.test(transformed(name, value))).toBe(false)
      }),
    )
  })
})
