import { readScript } from '../script/read.ts'
import { browserCall } from '../script/sinks.ts'

/** A part of a text that a template engine evaluates. */
export interface Expression {
  readonly engine: string
  readonly text: string
  readonly start: number
  readonly end: number
}

/** How engines write what they evaluate: Jinja, Twig, Handlebars, Angular; EL, FreeMarker, Mako; Ruby, Pug, JSF; Thymeleaf; OGNL; ERB, JSP, EJS; Razor. */
const DELIMITERS: ReadonlyMap<string, Delimiter> = new Map([
  ['{{', ['}}', '{{...}}']],
  ['{%', ['%}', '{%...%}']],
  ['${', ['}', '${...}']],
  ['#{', ['}', '#{...}']],
  ['*{', ['}', '*{...}']],
  ['@{', ['}', '@{...}']],
  ['~{', ['}', '~{...}']],
  ['%{', ['}', '%{...}']],
  ['<%', ['%>', '<%...%>']],
  ['<#', ['>', '<#...>']],
  ['[#', [']', '[#...]']],
  ['@(', [')', '@(...)']],
  ['{', ['}', '{...}']],
])
const OPENER = /\{[{%]?|[$#*@~%]\{|<[%#]|\[#|@\(/g

type Delimiter = readonly [close: string, engine: string]

/** So many expressions of a text are looked at, and so much of each. */
const MOST = 64
export const LONGEST = 2_000
/** Of what stands in a single brace the beginning says what it is. */
const HEAD = 200

/** The expressions of a text. What is open at its end counts: the template closes it. */
export function expressionsOf(text: string): Expression[] {
  const found: Expression[] = []
  const ends = new Map<string, number>()
  OPENER.lastIndex = 0
  for (let match = OPENER.exec(text); match !== null && found.length < MOST; match = OPENER.exec(text)) {
    const open = match[0]
    const [close, engine] = DELIMITERS.get(open) as Delimiter
    const from = OPENER.lastIndex
    const end = endOf(text, from, close, ends)
    const inside = text.slice(from, Math.min(end, from + (open === '{' ? HEAD : LONGEST)))
    found.push({ engine, text: inside, start: match.index, end: Math.min(end + close.length, text.length) })
  }
  return found
}

/** Where a delimiter is closed: the last place that its own kind of bracket leaves open. Each kind is searched once past a place. */
function endOf(text: string, from: number, close: string, ends: Map<string, number>): number {
  const known = ends.get(close)
  if (known !== undefined && known >= from && close !== '}') return known
  if (close !== '}') {
    const at = text.indexOf(close, from)
    const end = at < 0 ? text.length : at
    ends.set(close, end)
    return end
  }
  let depth = 0
  for (let at = from; at < Math.min(text.length, from + LONGEST); at++) {
    const code = text.charCodeAt(at)
    if (code === 0x7b) depth++
    else if (code === 0x7d && depth-- === 0) return at
  }
  return Math.min(text.length, from + LONGEST)
}

/** Names by which an expression reaches classes, processes and settings: no letter merges one. */
const REACHING =
  /__[a-z]+__|\bconstructor\b|\bgetclass(?:loader)?\b|\.class\b|\bclass\.(?:getresource|getname|classloader|module|forname|protectiondomain)|\bforname\b|\bruntime\s{0,8}[.()\]'"]|\bprocessbuilder\b|\bjava\.|\bjavax\.|\bT\s{0,16}\(|\bnew\s{0,16}\(|\bnew\s{1,16}[a-z.]+\(|\?(?:new|api|eval|interpret)\b|@java\.|#_memberaccess|#(?:context|ctx|rt|root|request|session|application)\b|\bognl\b|\b_self\b|\bgetenv\b|\bregisterundefinedfiltercallback\b|\b(?:cycler|joiner|lipsum|get_flashed_messages)\b|\burl_for\.|\b(?:exec|system|passthru|shell_exec|popen|proc_open|eval|assert|phpinfo|md5|print_r|var_dump|readfile|file_get_contents|file_put_contents|require|spawn|spawnsync|execsync|getruntime|invoke|include|open|sleep)\s{0,16}\(|\bmainmodule\b|\bprocess\.(?:env|binding|mainmodule|exit)|\bglobal\.process|\bsubprocess\b|\bos\.(?:popen|system|environ)|\bimport\s{1,16}(?:os|sys|subprocess)\b|\b(?:file|io|dir|kernel|open3|etc)\.(?:open|read|popen|entries|exists?|exec|system|glob|foreach|binread)\b|\$smarty\.(?:version|template|server|env)\b|\bsmarty_internal|\bself\.(?:module|template|_)|\$(?:on|eval|event\.view|root|parent)\b|\bsecret_key\b|\bpagecontext\b|\bapplicationscope\b|\bsessionscope\b|\bfacescontext\b|\binitparam\b|\|\s{0,16}(?:attr|map|filter|sort|reduce|join)\s{0,16}\(\s{0,16}(?:['"](?:system|exec|passthru|shell_exec|id|eval|assert|popen)|request)|\|\s{0,16}attr\s{0,16}\(|\btostring\(\)\.|\bwith\s{1,16}["']|\blookup\b.*\bconstructor\b|\bfreemarker\b|\bexecute\b|\bspringmacrorequestcontext|\brequestcontextholder|\bserver\.(?:mappath|createobject)|\bwscript\b|\bresponse\.write\b|\beval\s{1,16}request\b/i

/** Whole expressions that print what a template is set up with. */
const SETTINGS =
  /^[\s=-]*(?:config(?:\.[a-z_.()]+|\[.*\])?|settings\.[A-Z_]+|request(?:\.(?:application|environ|args|cookies|headers|__)[\w.()[\]]*|\|.*)|self|app\.request[\w.]*(?:\|.*)?|dump\(.*\)|debug|_context|globals?(?:\(\))?|env(?:\.|\().*|this\.(?:constructor|__).*)\s{0,16}$/i

/** True where a part of an expression reaches classes, processes or settings. */
export function reaches(text: string): boolean {
  return REACHING.test(text)
}

/** True where an expression computes of constants, prints settings, or runs script in a page. */
export function isActive({ engine, text }: Expression): boolean {
  if (engine === '{...}')
    return /^\s{0,16}(?:php|\/?literal)\s{0,16}$|^\s{0,16}\$smarty\.(?:version|template|server|env|get|post|request|cookies|session|const)\b|__(?:class|globals|builtins|import|subclasses|mro|bases?|init|dict|self|getattribute)__|^\s{0,16}['"]?\d+['"]?\s{0,16}\*\s{0,16}['"]?\d+['"]?\s{0,16}$|^\s{0,16}(?:(?:if\s{1,16})?(?:system|exec|passthru|shell_exec|phpinfo|eval|readfile|fetch)\s{0,16}\(|include\s{1,16}file=)/i.test(
      text,
    )
  if (isArithmetic(text)) return true
  if (engine === '{{...}}' && (SETTINGS.test(text) || isLiteralReceiver(text))) return true
  if (engine === '${...}' && /^\s{0,16}@/.test(text)) return true
  // Ruby runs what stands in backticks; the tags of Jinja and Twig tell what is set, and read files.
  if ((engine === '#{...}' || engine === '<%...%>') && /^=?\s{0,16}`[^`]+`/.test(text)) return true
  if (engine === '{%...%}' && /^-?\s{0,16}(?:debug\s|include\s{1,16}['"][/.])/.test(text)) return true
  const reading = readScript(text.replace(/^[=-]/, ''))
  return engine !== '{%...%}' && browserCall(reading) !== undefined
}

/** `7*7`, `7*'7'`, `(1337)*1338`: constants alone, computed. */
function isArithmetic(text: string): boolean {
  const plain = text.replace(/^[=\-\s]+|[\s-]+$/g, '')
  if (plain.length > 120 || !/^[\s\d.'"()*+\-/%^]+$/.test(plain)) return false
  return /\d['")\s]*[*+\-/%^]+[\s('"]*\d/.test(plain) && !/^\d{1,4}(?:\s{0,16}[-/.]\s{0,16}\d{1,4})+$/.test(plain)
}

/** `''.x`, `[].x`, `()|attr`: a literal, and something of it. */
function isLiteralReceiver(text: string): boolean {
  return /^\s{0,16}(?:(['"])[^'"]{0,80}\1|\[[^\]]{0,80}\]|\(\)|\{\})\s{0,16}(?:\.\s{0,16}[a-z_]|\[|\|\s{0,16}(?:attr|map|filter|sort|reduce|join)\b)/i.test(
    text,
  )
}
