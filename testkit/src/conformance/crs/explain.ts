import type { CrsExpected, CrsInput } from './cases.ts'
import type { Outcome } from './driver.ts'
import { missingOf } from './judge.ts'

/**
 * Where the tests presume one server (httpd) or one detector (libinjection), and this gateway is another: by what was sent and answered,
 * never by the name of a test.
 * @param detecting ids of the rules that ask @detectSQLi or @detectXSS
 * @returns why it is as it is; undefined: it is simply wrong
 */
export function explain(
  input: CrsInput,
  expected: CrsExpected,
  outcome: Outcome,
  detecting: ReadonlySet<number>,
): string | undefined {
  const { status, seen, said = '' } = outcome
  if (!seen) return status === 400 ? `the HTTP parser refuses it before any rule: ${said}` : undefined
  const [method, names] = headOf(input)
  if (method === 'CONNECT' && status === 405) return 'a gateway before applications is no forward proxy'
  if (status === 302 && expected.status.includes(200))
    return 'a path with more than one reading is not public: the client is sent to sign in'
  const missing = missingOf(expected, outcome)
  if (missing.length > 0 && missing.every((id) => detecting.has(id)))
    return "libinjection's fingerprint and our detectors differ: by their grammar this value injects nothing"
  if (new Set(names).size < names.length && missing.length === 0)
    return 'httpd joins fields of the same name before its rules see them; here they stay apart'
  return undefined
}

/** Method, and names of the fields in lower case. */
function headOf(input: CrsInput): [method: string, names: readonly string[]] {
  if (input.kind === 'request') return [input.method, input.headers.map(([name]) => name.toLowerCase())]
  const [line = '', ...fields] = (input.bytes.split(/\r?\n\r?\n/, 1)[0] ?? '').split(/\r?\n/)
  return [line.split(' ', 1)[0] ?? '', fields.map((field) => field.split(':', 1)[0]?.toLowerCase() ?? '')]
}
