import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf, wholeHit } from '../hit.ts'
import { calledName } from '../script/sinks.ts'
import { type Call, type Reading, readScript } from '../script/read.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** Functions of servers' languages that run a text or a program, by name alone. PHP, Python, Ruby, Perl, Node, VBScript. */
const SINKS: ReadonlySet<string> = new Set(
  (
    'system exec passthru shell_exec popen proc_open pcntl_exec eval assert phpinfo call_user_func call_user_func_array ' +
    'create_function preg_replace file_put_contents show_source highlight_file readfile phpversion php_uname ' +
    '__import__ execfile globals getattr execSync spawnSync createobject executeglobal extractvalue ob_start ' +
    'move_uploaded_file get_defined_vars allow_url_include ini_set dl curl_exec fpassthru posix_getpwuid'
  ).split(' '),
)

/** The same as members: what they belong to must be what runs programs. */
const MEMBERS =
  /(?:^|\.)(?:os\.(?:system|popen|exec\w*|spawn\w*|environ)|subprocess\.\w+|commands\.getoutput|(?:Runtime\.)?getRuntime\(\)\.exec|Runtime\.exec|ProcessBuilder(?:\(\))?(?:\.start)?|Class\.forName|(?:Kernel|Process|IO|Open3|PTY)\.(?:exec|system|spawn|popen\w*|capture\w*|fork)|File\.(?:open|read|readlines)|Dir\.(?:entries|glob)|require\(\)\.(?:exec\w*|spawn\w*|fork|readFile\w*|readdir\w*|writeFile\w*)|mainModule\.require(?:\(\))?(?:\.\w+)?|process\.(?:exit|kill|binding|dlopen)|__import__\(\)\.\w+|ScriptEngineManager(?:\(\))?|System\.(?:exit|getProperty|getenv)|Process\.Start|child_process\.\w+|WScript\.Shell|importlib\.import_module|pty\.spawn|socket\.socket|vm\.runIn\w+)$/

const TAG = /<\?(?:php\b|=)?|<script\s{1,16}language\s{0,16}=\s{0,16}["']?php["']?\s{0,16}>|<%=?/gi

/** Directives of servers' and caches' includes. Apache, "mod_include"; ESI 1.0, 3; Jakarta Server Pages 3.1, 1.10.3. */
const DIRECTIVE =
  /<!--\s{0,4}#\s{0,4}(?:exec|include|echo|printenv|set|config|fsize|flastmod|if|elif)\b|<esi:(?:include|inline|debug|vars|assign|remove|choose|eval|try)\b|<jsp:(?:include|forward|usebean|directive|scriptlet|expression)\b|<%@\s{0,8}include\b|<c:(?:import|redirect)\b/i

/** Names of classes by which a Java program is made to run others, and of its class loader, where a value is nothing else. */
const CLASSES =
  /^class\.(?:module\.)?classLoader\b[\w.=/[\]-]*$|^[\w$.]*\b(?:java\.lang\.(?:Runtime|ProcessBuilder|ProcessImpl|System|Class|ClassLoader|reflect)|java\.beans\.|javax\.script\.|javax\.naming\.|org\.apache\.commons\.(?:collections\d?\.functors|beanutils)|com\.sun\.(?:rowset|org\.apache\.xalan)|sun\.misc\.Unsafe|org\.springframework\.context\.support)[\w$.()]*$/

/** Code of a server's language: a value that leaves a string or a statement of a program, or that is one. */
export const code: Detector = {
  name: 'code',
  concerns: (classes) => (classes & (CLASS.paren | CLASS.backtick | CLASS.dot | CLASS.angle)) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  if ((classes & CLASS.dot) !== 0 && value.length < 300 && CLASSES.test(value))
    return wholeHit(value, 'class', 'a name', 'a class by which programs are run')
  if ((classes & CLASS.angle) !== 0) {
    budget.take(value.length >> 3)
    const directive = DIRECTIVE.exec(value)
    if (directive !== null)
      return hitOf(directive, 'directive', 'a page of the server', 'a directive that the server runs')
  }
  if ((classes & (CLASS.paren | CLASS.backtick)) === 0) return null
  const why = 'a call that runs a text or a program'
  for (const quote of ['', "'", '"']) {
    const at = quote === '' ? -1 : value.indexOf(quote)
    if (quote !== '' && at < 0) continue
    budget.take(value.length - at)
    const reading = readScript(value, quote === '' ? leading(value) : at + 1, { afterOperand: quote !== '' })
    const call = reading.whole || reading.left > 0 ? reading.calls.find((each) => isSink(each, value)) : undefined
    if (call !== undefined && !isProgram(value, reading))
      return {
        class: 'call',
        context: quote === '' ? 'code' : `in ${quote}...${quote} of code`,
        start: call.start,
        end: reading.end,
        why,
      }
  }
  return (classes & CLASS.angle) === 0 ? null : inTags(value, budget)
}

function leading(value: string): number {
  return /^[\s;.+|&)}\]]*/.exec(value)?.[0].length ?? 0
}

function isSink({ callee, args }: Call, value: string): boolean {
  const name = calledName(callee)
  if (MEMBERS.test(name)) return true
  const alone = name.replace(/^["\\]/, '')
  if (SINKS.has(alone) || SINKS.has(alone.toLowerCase())) return true
  // `print(md5(31337))`: a probe that shows whether it runs.
  return (
    /^(?:md5|sha1|base64_decode|print|printf|print_r|var_dump|die|exit|echo|response\.write)$/i.test(alone) &&
    /^\s{0,16}(?:\d{3,}\s{0,16}\)|\d{1,12}\s{0,16}\*\s{0,16}\d|md5\(|base64_decode\(|['"]?[a-z0-9]{6,}['"]?\s{0,16}\)\s{0,16}[;)])/i.test(
      value.slice(args, args + 40),
    ) &&
    /md5|sha1|\*/.test(value.slice(Math.max(0, args - 8), args + 20))
  )
}

/** A program of several lines is pasted: what is slipped in has one, or leaves what it stands in. */
function isProgram(value: string, { statements, calls }: Reading): boolean {
  const lines = value.trim().split('\n', 4).length
  return (
    (lines > 3 && statements.length + calls.length > 3) ||
    (lines > 1 &&
      /^\s{0,16}(?:import|from|const|let|var|public|private|def|class|#include|use|package|<\?php)\b/.test(value))
  )
}

/** What stands in the tags of PHP or of server pages. */
function inTags(value: Bytes, budget: Budget): Hit | null {
  TAG.lastIndex = 0
  for (let count = 0, match = TAG.exec(value); match !== null && count < 32; count++, match = TAG.exec(value)) {
    if (/^<\?xml\b/i.test(value.slice(match.index, match.index + 6))) continue
    const inside = value.slice(TAG.lastIndex, TAG.lastIndex + 2_000)
    budget.take(inside.length)
    const reading = readScript(inside)
    const sink = reading.calls.some((each) => isSink(each, inside))
    if (
      sink ||
      /^\s{0,16}`[^`]+`|\$_(?:GET|POST|REQUEST|COOKIE)\s{0,16}(?:\[[^\]]{0,40}\])?\s{0,16}\(|\bexecute\s{1,16}request\b|\beval\s{1,16}request\b|\bresponse\.write\s{0,16}\(?\s{0,16}\d+\s{0,16}\*/i.test(
        inside,
      )
    )
      return {
        class: 'tag',
        context: 'a page of the server',
        start: match.index,
        end: TAG.lastIndex,
        why: 'code of a page that the server runs',
      }
  }
  return null
}
