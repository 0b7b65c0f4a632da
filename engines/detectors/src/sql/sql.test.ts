import { describe, expect, it } from 'vitest'
import { inspect } from '../inspect.ts'
import { lines } from '../testing/lines.ts'
import { sql, sqli } from './index.ts'

const read = (value: string) => inspect(value, { detectors: [sql] })
const found = (value: string) => {
  const finding = read(value)
  return finding === null ? null : `${finding.class} ${finding.context}`
}

describe('SQL in a value', () => {
  it('finds what everybody tries', () => {
    expect(lines('attacks/attacks-sql.txt').filter((line) => read(line) === null)).toEqual([])
  })

  it('passes names, prose, arithmetic, code, and talk of SQL', () => {
    expect(lines('benign/benign-sql.txt').filter((line) => read(line) !== null)).toEqual([])
  })

  it.each([
    ["' or 1=1", "boolean in '...'"],
    ['1 or 1=1', 'tautology as is'],
    ['x" or "a"="a', 'boolean in "..."'],
    ["admin'-- ", "comment in '...'"],
    ['1 union select a from b', 'union as is'],
    ["'; drop table users--", "stacked in '...'"],
    ["x'exec master..xp_cmdshell 'dir'", "stacked in '...'"],
    ['(select password from users limit 1)', 'subselect as is'],
    ['1 and sleep(5)', 'effect as is'],
    ["1' order by 5-- ", "clause in '...'"],
    ["1 into outfile '/tmp/a'", 'file as is'],
    ["a'-'b", "expression in '...'"],
    ['x`=`x` or 1=1-- ', 'tautology in `...`'],
    ['*/ union select 1,2', 'union in /* ... */'],
    ["x]; exec('a')", 'stacked in [...]'],
  ])('says of %s: %s', (value, expected) => expect(found(value)).toBe(expected))

  it('reads what only one dialect reads as code', () => {
    // MySQL: conditional comments, # and backslashes; `--` needs a blank there.
    expect(found('1 /*!50000union*/ /*!50000select*/ 1,2')).toBe('union as is')
    expect(found('1#\nunion#\nselect 1,2')).toBe('union as is')
    expect(found("\\' or 1=1-- ")).toMatch(/^boolean/)
    expect(found("a\\\\' or 1=1-- ")).toMatch(/^boolean/)
    // PostgreSQL: comments nest, dollar quotes, E''; Oracle: q''; MSSQL: brackets, no blank behind --.
    expect(found('1 /* a /* b */ c */ union select 1,2')).toBe('union as is')
    expect(found('1 or $a$x$a$=$a$x$a$')).toBe('tautology as is')
    expect(found("1 or E'a'='a'")).toBe('tautology as is')
    expect(found("1 or q'[it's]'='a'")).toBe('tautology as is')
    expect(found('1 union select[a]from[b]')).toBe('union as is')
    expect(found("x'--a")).toBe("comment in '...'")
    // MySQL 1.e.name, and blanks that are none elsewhere.
    expect(found('1 union select 1.e.a from b')).not.toBeNull()
    expect(found('1\x0bor\xa01=1')).toBe('tautology as is')
    expect(found('1\xc2\xa0or\xc2\xa01=1')).toBe('tautology as is')
  })

  it('tells where it is and why', () => {
    expect(read("Miller' or 1=1")).toEqual({
      detector: 'sql',
      class: 'boolean',
      context: "in '...'",
      decoding: [],
      start: 6,
      end: 14,
      evidence: "' or 1=1",
      why: "as SQL (mysql), in '...': adds a condition behind the quote",
    })
  })

  it('answers @detectSQLi', () => {
    expect(sqli("x' or 1=1")).toBe("boolean in '...'")
    expect(sqli('O’Brien')).toBeNull()
    expect(sqli('word')).toBeNull()
    expect(sqli('')).toBeNull()
  })
})
