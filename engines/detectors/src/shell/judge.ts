import { type CommandKind, kindOf, PREFIXES, PROGRAM_FOLDER } from './commands.ts'
import type { Command, Word } from './lex.ts'

/** A command without assignments and words before it, with what its name is. */
export interface Named {
  readonly name: Word
  readonly kind: CommandKind | undefined
  readonly args: readonly Word[]
  readonly command: Command
}

const NAMELESS: Word = { text: '', raw: '', tricked: false, expanded: false }

export function named(command: Command): Named {
  const comment = command.words.findIndex(({ raw }) => raw.startsWith('#'))
  const words = comment < 0 ? command.words : command.words.slice(0, comment)
  let at = 0
  while (at < words.length - 1 && isBefore(words[at] as Word)) at++
  const name = assigned(words[at] ?? NAMELESS)
  return { name, kind: kindOf(name.text), args: words.slice(at + 1), command }
}

function isBefore({ text, tricked, expanded }: Word): boolean {
  if (expanded && /^\$\{?[A-Za-z_]\w*\}?$/.test(text) && !/SHELL/.test(text)) return true
  return (
    (!tricked && PREFIXES.has(text.toLowerCase())) ||
    (/^[A-Za-z_][A-Za-z0-9_]*=[^\s=]*$/.test(text) && !/=(?:cat|ls|id)$/.test(text))
  )
}

/** `cmd=cat` of a body that is no form to us. */
function assigned(word: Word): Word {
  const match = /^(?:cmd|command|exec|c|run|execute|shell)=([a-z/.-]+)$/i.exec(word.text)
  return match === null ? word : { ...word, text: match[1] ?? '' }
}

/** True where the words are what only a program is given: options, paths, addresses, variables, numbers where it counts. */
function isGiven({ name, kind, args, command }: Named): boolean {
  if (
    command.redirects.some((target) => /^(?:[/~&]|\.{1,2}\/|[A-Za-z]:\\|[\w-]+\.[a-z]{1,5}$)/.test(target)) &&
    kind !== undefined
  )
    return true
  const first = args[0]
  if (first === undefined) return false
  if (isArgument(first) || (first.text === '/' && args[1]?.text.startsWith('-') === true)) return true
  const base = name.text.toLowerCase()
  if (/^(?:sleep|ping|timeout|kill|seq|head|tail|expr|let)$/.test(base))
    return args.length <= (base === 'sleep' ? 1 : 3) && /^\d/.test(first.text)
  if (base === 'echo') return args.length === 1 && /^[\w.*]+$/.test(first.text)
  if (/^(?:net|netsh|sc|reg|route|query)$/.test(base))
    return /^(?:user|users|localgroup|view|share|start|stop|use|query|add|print|group|accounts|firewall|advfirewall|interface|wlan|int)$/i.test(
      first.text,
    )
  return false
}

function isArgument({ text, raw, tricked, expanded }: Word): boolean {
  if (/^[=:,]/.test(text)) return false
  return (
    expanded ||
    (tricked && /^[\w./-]+$/.test(text)) ||
    /^(?:-{1,2}[A-Za-z]|\/[A-Za-z.*?]|~\/|\.{1,2}\/|\.{1,2}$|\$|\*|-$)/.test(text) ||
    /^[A-Za-z]:[\\/]|^\\\\|^%[a-z]+%/i.test(raw) ||
    /^(?:https?|ftp|file|tcp|udp):|^\d{1,3}(?:\.\d{1,3}){3}|^[\w-]+(?:\.[\w-]+)+\.?(?:[:/]|$)/i.test(text) ||
    /^["'].*["']$/.test(raw)
  )
}

/** Technical names that do something without being given anything. */
const ALONE =
  /^(?:.*[/\\])?(?:ls|whoami|ps|pwd|uname|ifconfig|ipconfig|netstat|systeminfo|tasklist|env|printenv|df|du|lsof|arp|(?:ba|z|k|c|da|a|tc)?sh|powershell|pwsh|cmd|ver|vol|phpinfo|dmesg|lscpu|lsblk|lsusb|lspci|hostid|logname|lastlog|qwinsta|gpresult|nc|visudo|nslookup|get-[a-z]+)(?:\.exe)?$/i

/** True for a command in a place that only a shell gives it: behind a separator, or in a substitution. */
export function isCommand(it: Named): boolean {
  const { name, kind, args } = it
  if (isHidden(it)) return true
  if (PROGRAM_FOLDER.test(name.text) || /^\.\/\w/.test(name.text)) return true
  if (kind === 'interpreter')
    return args.some(({ text }) => /^-[a-zA-Z]$|^-$|^\/|^https?:|^--?(?:eval|version|exec|print)/.test(text))
  if (kind === 'technical') {
    if (args.length === 0) return ALONE.test(name.text) || name.expanded
    return args.length === 1 ? !/^[=:,.]/.test(args[0]?.text ?? '') : isGiven(it) || args.slice(1, 3).some(isArgument)
  }
  return kind === 'ambiguous' && isGiven(it)
}

/** A name of a program that is written so that it is not found: `c''at`, `w\hoami`, `/???/c?t`, `cat$IFS/etc`. */
export function isHidden({ name, kind, args }: Named): boolean {
  if (name.tricked && kind !== undefined && kind !== 'talked') return args.length > 0 || name.text.length > 2
  return /^(?=[^?*]*[?*])(?:\/[a-z?*[\]]+)+\/[\w?*[\]]+$/.test(name.text)
}

/** Ambiguous names that stand alone. */
export function isLone({ name, kind, args, command }: Named): boolean {
  return (
    kind === 'ambiguous' &&
    args.length === 0 &&
    command.redirects.length === 0 &&
    /^(?:id|dir|hostname|env|set|uptime)$/.test(name.text)
  )
}
