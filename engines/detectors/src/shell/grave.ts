import { kindOf, PROGRAM_FOLDER } from './commands.ts'
import type { Named } from './judge.ts'

const SHELLS =
  /^(?:.*\/)?(?:ba|z|k|c|da|tc)?sh[0-9.]*$|^(?:.*\/)?(?:python|perl|ruby|php|node|powershell|pwsh|iex|cmd)[0-9.]*(?:\.exe)?$/

/** Files that are read to prove that files can be read, or for what is secret in them. */
const SECRETS =
  /^(?:\/etc\/(?:passwd|shadow|group|hosts|issue|hostname|sudoers|[a-z]*-?release)|\/proc\/(?:self|version)|(?:\/root|\/home\/[^/]+|~)\/\.(?:ssh\/id_[a-z0-9]+$|aws|bash_history)|(?:[a-z]:)?[\\/]?(?:windows[\\/]|winnt[\\/])?(?:win|boot|system)\.ini|[a-z]:[\\/]windows[\\/]system32[\\/](?:drivers|config))/i

/** What nobody runs by mistake, even where a whole line of a shell is only talked of. */
export function isGrave(it: Named, next: Named | undefined, lines: number): boolean {
  const { name, kind, args, command } = it
  if (kind === undefined && !PROGRAM_FOLDER.test(name.text)) return false
  const texts = args.map(({ text }) => text)
  if (kind !== 'talked' && [...texts, ...command.redirects].some((text) => SECRETS.test(text))) return true
  const base = name.text.slice(name.text.lastIndexOf('/') + 1).toLowerCase()
  if (/^(?:nc|ncat|netcat|nc\.traditional)$/.test(base))
    return texts.length > 1 && texts.some((text) => /^-[a-z]*[ec][a-z]*$/i.test(text))
  if (command.joint === '|' && lines === 1 && args.length === 0 && SHELLS.test(base)) return true
  if (SHELLS.test(base)) return givesShell(texts, command.redirects)
  if (/^(?:certutil|bitsadmin|mshta|regsvr32)$/.test(base))
    return texts.some((text) => /^https?:|^[-/](?:urlcache|transfer|decode|i:)/i.test(text))
  if (/^(?:new-object|invoke-expression|invoke-webrequest|iex|iwr)$/.test(base))
    return /webclient|tcpclient|downloadstring/i.test(texts.join(' '))
  if (base === 'rm')
    return texts.length === 2 && /^-[rf]{2}$/.test(texts[0] ?? '') && /^(?:\/\*?|~\/?)$/.test(texts[1] ?? '')
  const piped = lines === 1 && next?.command.joint === '|' && SHELLS.test(next.name.text) && next.args[0]?.text !== '-m'
  return piped && /^(?:curl|wget|base64|printf|echo|xxd|rev)$/.test(base)
}

function givesShell(texts: readonly string[], redirects: readonly string[]): boolean {
  if (redirects.some((target) => /^\/dev\/(?:tcp|udp)/.test(target))) return true
  if (texts.length < 2) return false
  if (/^-(?:i|enc?|encodedcommand)$/i.test(texts[0] ?? '')) return true
  if (texts[0] === '-c' && isTelling((texts[1] ?? '').split(' ', 1)[0] ?? '')) return true
  const runs = /^-(?:e|c|r|nop|w)$/i.test(texts[0] ?? '')
  return runs && texts.some((text) => /socket|\/dev\/tcp|exec|system\(|downloadstring|https?:/i.test(text))
}

function isTelling(name: string): boolean {
  return kindOf(name) !== undefined && !SHOWN.has(name)
}

/** What people show each other how to use: in a line of a shell it proves nothing. What looks around does. */
const SHOWN: ReadonlySet<string> = new Set(
  (
    'grep egrep fgrep zgrep wc sort uniq head tail awk gawk sed xargs tee echo export ls cat less more find mkdir rmdir cp mv rm ' +
    'chmod chown tar scp rsync cut tr source kill pkill killall ps test strip touch ln df du pwd curl wget ssh sftp exit set ' +
    'unset read printf make time watch top diff openssl base64 mount which date man vi vim nano zcat gzip zip unzip file sh ' +
    'bash zsh python python3 node php perl ruby java type dir copy move del start call findstr split join seq comm paste ' +
    'column expr host alias let trap wait group groups users ping sleep gci xcopy dd eval exec java javac gcc env traceroute free uptime'
  ).split(' '),
)

/** True where a command may stand in a line of a shell that somebody shows. */
export function isShown({ name, args }: Named): boolean {
  const base = name.text.slice(name.text.lastIndexOf('/') + 1).toLowerCase()
  return (
    (SHOWN.has(base) || /^\.{1,2}\//.test(name.text) || /^[a-z]+-[a-z]+$/.test(base)) &&
    !args.some(({ raw }) => /\$\(|`/.test(raw))
  )
}
