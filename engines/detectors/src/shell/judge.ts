import { isPrivatePlace } from '../path/places.ts'
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
  const { words } = command
  let at = 0
  while (at < words.length - 1 && isBefore(words[at] as Word)) at++
  const name = assigned(words[at] ?? NAMELESS)
  return { name, kind: kindOf(name.text), args: words.slice(at + 1), command }
}

function isBefore({ text }: Word): boolean {
  return (
    PREFIXES.has(text.toLowerCase()) || (/^[A-Za-z_][A-Za-z0-9_]*=[^\s=]*$/.test(text) && !/=(?:cat|ls|id)$/.test(text))
  )
}

/** `cmd=cat` of a body that is no form to us. */
function assigned(word: Word): Word {
  const match = /^(?:cmd|command|exec|c|run|execute|shell)=([a-z/.-]+)$/i.exec(word.text)
  return match === null ? word : { ...word, text: match[1] ?? '' }
}

/** True where the words are what only a program is given: options, paths, addresses, variables, numbers where it counts. */
export function isGiven({ name, kind, args, command }: Named): boolean {
  if (command.redirects.some((target) => /[/\\$.&]|^\w+$/.test(target)) && kind !== undefined) return true
  const first = args[0]
  if (first === undefined) return false
  if (isArgument(first)) return true
  const base = name.text.toLowerCase()
  if (/^(?:sleep|ping|timeout|kill|seq|head|tail|expr|let)$/.test(base))
    return args.length <= 3 && /^\d/.test(first.text)
  if (base === 'echo') return args.length === 1 && /^[\w.*]+$/.test(first.text)
  if (/^(?:net|sc|reg|route|query)$/.test(base))
    return /^(?:user|users|localgroup|view|share|start|stop|use|query|add|print|group|accounts)$/i.test(first.text)
  return false
}

function isArgument({ text, raw, tricked, expanded }: Word): boolean {
  if (/^[=:,]/.test(text)) return false
  return (
    expanded ||
    (tricked && text !== '') ||
    /^(?:-{1,2}[A-Za-z]|\/[A-Za-z.*?]|~\/|\.{1,2}\/|\.{1,2}$|\$|\*|-$)/.test(text) ||
    /^[A-Za-z]:[\\/]|^\\\\|^%[a-z]+%/i.test(raw) ||
    /^(?:https?|ftp|file|tcp|udp):|^\d{1,3}(?:\.\d{1,3}){3}|^[\w-]+(?:\.[\w-]+)+\.?(?:[:/]|$)/i.test(text) ||
    /^["'].*["']$/.test(raw)
  )
}

/** True for a command in a place that only a shell gives it: behind a separator, or in a substitution. */
export function isCommand(it: Named): boolean {
  const { name, kind, args } = it
  if (isHidden(it)) return true
  if (PROGRAM_FOLDER.test(name.text) || /^\.\/\w/.test(name.text)) return true
  if (kind === 'interpreter')
    return args.some(({ text }) => /^-[a-zA-Z]$|^-$|^\/|^https?:|^--?(?:eval|version|exec|print)/.test(text))
  if (kind === 'technical')
    return args.length < 2 ? !/^[=:,.]/.test(args[0]?.text ?? '') : isGiven(it) || args.slice(1, 3).some(isArgument)
  return kind === 'ambiguous' && isGiven(it)
}

/** A name of a program that is written so that it is not found: `c''at`, `w\hoami`, `/???/c?t`, `cat$IFS/etc`. */
export function isHidden({ name, kind, args }: Named): boolean {
  if (name.tricked && kind !== undefined && kind !== 'talked') return args.length > 0 || name.text.length > 2
  return /^\/[a-z?*[\]]*[?*][a-z?*[\]]*\/[\w?*[\]]+$/.test(name.text)
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

const SHELLS =
  /^(?:.*\/)?(?:ba|z|k|c|da|tc)?sh[0-9.]*$|^(?:.*\/)?(?:python|perl|ruby|php|node|powershell|pwsh|iex|cmd)[0-9.]*(?:\.exe)?$/

/** What nobody runs by mistake, even where a whole line of a shell is only talked of. */
export function isGrave(it: Named, next: Named | undefined): boolean {
  const { name, kind, args, command } = it
  if (kind === undefined && !PROGRAM_FOLDER.test(name.text)) return false
  const texts = args.map(({ text }) => text)
  if (
    [...texts, ...command.redirects].some(
      (text) => /^(?:\/|~|[a-z]:|\\)/i.test(text) && isPrivatePlace(text.replace(/^~/, '/root')),
    ) &&
    kind !== 'talked'
  )
    return (
      !/^(?:cd|tail|less|nano|vim?|ls)$/.test(name.text) ||
      texts.some((text) => /passwd|shadow|\/proc\/self/.test(text))
    )
  const base = name.text.slice(name.text.lastIndexOf('/') + 1).toLowerCase()
  if (/^(?:nc|ncat|netcat|nc\.traditional)$/.test(base)) return texts.some((text) => /^-[a-z]*[ec][a-z]*$/i.test(text))
  if (SHELLS.test(base) && texts.some((text) => /^-(?:i|enc?|encodedcommand|e|nop|w|c)$/i.test(text)))
    return (
      /^-(?:i|enc?|encodedcommand)$/i.test(texts[0] ?? '') ||
      texts.some((text) => /socket|\/dev\/tcp|exec|system\(|downloadstring|http/i.test(text))
    )
  if (/^(?:certutil|bitsadmin|mshta|regsvr32|mkfifo)$/.test(base) && texts.length > 0) return true
  if (/^(?:new-object|invoke-expression|invoke-webrequest|iex|iwr)$/.test(base))
    return /webclient|http|tcpclient/i.test(texts.join(' '))
  if (base === 'rm') return /^-[rf]{2}$/.test(texts[0] ?? '') && /^[/*~]/.test(texts[1] ?? '')
  return (
    /^(?:curl|wget|base64|printf|echo|xxd|rev)$/.test(base) &&
    next?.command.joint === '|' &&
    SHELLS.test(next.name.text)
  )
}
