import { compile, type Matcher, type PatternSet, createPatternSet } from '@holdfast/match'

export type LeakClass = 'stack-trace' | 'database-error' | 'directory-listing' | 'secret' | 'card' | 'banner'

export interface LeakRule {
  readonly class: LeakClass
  readonly by: string
  readonly matcher: Matcher
}

const rule = (kind: LeakClass, by: string, pattern: string): LeakRule => ({
  class: kind,
  by,
  matcher: compile(pattern),
})

/** What runtimes, databases and servers write when they tell a developer what went wrong: each in the form that its source writes. */
export const LEAK_RULES: readonly LeakRule[] = [
  rule(
    'stack-trace',
    'java',
    '\\sat [\\w.$/]{3,200}\\.[\\w$<>]{1,100}\\((?:[\\w$-]{1,100}\\.(?:java|kt|scala|groovy):\\d{1,6}|Native Method|Unknown Source)\\)',
  ),
  rule('stack-trace', 'java', 'Caused by: [\\w.$]{3,200}(?:Exception|Error)\\b'),
  rule('stack-trace', 'dotnet', '\\sat [\\w.<>`+]{3,200}\\([^()\\n]{0,300}\\) in [^\\n]{1,300}:line \\d{1,6}'),
  rule('stack-trace', 'dotnet', "Server Error in '[^'\\n]{1,100}' Application"),
  rule(
    'stack-trace',
    'node',
    '\\sat [^\\n(]{0,200}\\(?(?:node:|file://|/|[A-Z]:\\\\)[^\\n()]{1,300}:\\d{1,6}:\\d{1,6}\\)?',
  ),
  rule('stack-trace', 'python', 'Traceback \\(most recent call last\\):'),
  rule('stack-trace', 'python', 'File (?:"|&quot;|&#34;)[^"\\n&]{1,300}(?:"|&quot;|&#34;), line \\d{1,6}, in '),
  rule(
    'stack-trace',
    'php',
    '(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?: [^\\n]{1,400} in (?:<b>)?(?:/|[A-Z]:\\\\)[^\\n<]{1,300}(?:</b>)? on line (?:<b>)?\\d{1,6}',
  ),
  rule('stack-trace', 'php', 'Stack trace:(?:\\n|<br ?/?>)\\s{0,4}#0 '),
  rule('stack-trace', 'ruby', "/[\\w./@+-]{1,300}\\.(?:rb|erb):\\d{1,6}:in (?:`|'|&#39;|&#96;)"),
  rule('stack-trace', 'go', 'goroutine \\d{1,10} \\[(?:running|[a-z ]{1,30})\\]:'),
  rule('stack-trace', 'rust', "thread '[^'\\n]{1,100}' (?:\\(\\d{1,10}\\) )?panicked at "),
  rule('database-error', 'mysql', 'You have an error in your SQL syntax'),
  rule(
    'database-error',
    'mysql',
    'com\\.mysql\\.(?:cj\\.)?jdbc\\.|MySqlException|mysqli?_(?:fetch|num|query)[a-z_]{0,20}\\(\\)',
  ),
  rule(
    'database-error',
    'postgresql',
    '(?:syntax error at or near|unterminated quoted (?:string|identifier) at or near) (?:"|&quot;)|PG::(?:Syntax|Undefined)|org\\.postgresql\\.util\\.PSQLException|psycopg2?\\.errors',
  ),
  rule(
    'database-error',
    'sqlite',
    'SQLITE_ERROR|near (?:"|&quot;)[^"&\\n]{1,60}(?:"|&quot;): syntax error|unrecognized token: (?:"|&quot;)|sqlite3\\.OperationalError',
  ),
  rule(
    'database-error',
    'sqlserver',
    'Unclosed quotation mark after the character string|Incorrect syntax near |Microsoft OLE DB Provider for SQL Server|System\\.Data\\.SqlClient\\.SqlException',
  ),
  rule('database-error', 'oracle', '\\bORA-\\d{5}: |\\bPLS-\\d{5}: '),
  rule(
    'database-error',
    'any',
    'SQLSTATE\\[[0-9A-Z]{5}\\]|java\\.sql\\.SQL[A-Za-z]{0,40}Exception|org\\.hibernate\\.[a-z.]{0,60}[A-Za-z]{0,60}Exception|SequelizeDatabaseError|MongoServerError: ',
  ),
  rule('directory-listing', 'apache', '<(?:title|h1)>Index of /'),
  rule('directory-listing', 'python', '<(?:title|h1)>Directory listing for /'),
  rule('directory-listing', 'tomcat', '<(?:title|h1)>Directory Listing For '),
  rule('directory-listing', 'iis', '\\[To Parent Directory\\]</'),
]

export const LEAK_SET: PatternSet = createPatternSet(LEAK_RULES.map(({ matcher }) => matcher))

/** Names and versions of software, in the head of an answer. */
export const BANNERS: ReadonlyMap<string, RegExp> = new Map([
  ['server', /\d/],
  ['x-powered-by', /./],
  ['x-aspnet-version', /./],
  ['x-aspnetmvc-version', /./],
  ['x-generator', /\d/],
])
