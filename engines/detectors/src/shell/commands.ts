/** Programs whose names are words of no language: their name in the place of a command is enough. */
const TECHNICAL =
  'whoami uname ifconfig ipconfig netstat nslookup getent wget curl xxd base64 base32 systeminfo tasklist taskkill certutil ' +
  'bitsadmin wmic regsvr32 rundll32 mshta cscript wscript powershell pwsh chmod chown chgrp mkdir rmdir printenv nmap tcpdump ' +
  'crontab useradd adduser usermod netcat ncat socat egrep fgrep zgrep busybox traceroute tracert tracepath dmesg lsof sysctl mkfifo ' +
  'xargs gawk nawk mawk tftp schtasks icacls msiexec mysqldump pg_dump sshpass setsid nohup hping3 arp lscpu lsblk lsusb lspci ' +
  'printf zcat bzcat xzcat zless nc nc.traditional telnet ssh scp rsync sftp ftp ls pwd ps rm mv cp ln df du dd sh bash zsh ksh csh tcsh dash ' +
  'fish ash cmd command.com grep sed awk env phpinfo tac rev nl od hd gdb strace uuencode openssl gpasswd visudo iptables ' +
  'hostid logname lastlog netsh nbtstat qwinsta gpresult whoareyou findstr attrib cacls ver vol wevtutil iex iwr irm gci gwmi'

/** Programs whose names are words, too: they must be given what only a program is given. */
const AMBIGUOUS =
  'cat id more less head tail find sort cut date who w last time at make kill killall test read echo type set look host dig ' +
  'strings split join sleep file mail ping ping6 wall write nice man tee dir del copy move start tree net reg touch sum yes ' +
  'timeout watch top free locate which whereis users groups hostname uptime history export eval exec source alias login su ' +
  'passwd unset let printf trap wait shutdown reboot halt mount service paste comm diff wc uniq tr expr seq column xcopy ' +
  'query assoc title call for if fc sc route vi vim nano ed view bc jobs pkill pgrep tar zip unzip gzip cpio ar'

/** They run what their options say. */
const INTERPRETERS =
  'python python2 python3 perl ruby php node nodejs deno lua tclsh java javac gcc cc jrunscript rscript julia irb ghci erl groovy'

/** What developers write to each other; none of it proves an attack, but a line that begins with one is a line of a shell. */
const TALKED =
  'docker git npm npx yarn pnpm kubectl cargo go pip pip3 apt apt-get brew yum dnf apk systemctl helm terraform ansible aws make ' +
  'gcloud az mvn gradle bun composer bundle rails cmake for while if case [ [[ cd pushd popd vagrant poetry conda uv psql mysql sqlite3 redis-cli mongo ' +
  'mongosh heroku flask django-admin pytest jest tsc vite'

export type CommandKind = 'technical' | 'ambiguous' | 'interpreter' | 'talked'

const KINDS: ReadonlyMap<string, CommandKind> = new Map([
  ...kinds(TALKED, 'talked'),
  ...kinds(AMBIGUOUS, 'ambiguous'),
  ...kinds(INTERPRETERS, 'interpreter'),
  ...kinds(TECHNICAL, 'technical'),
])

function kinds(words: string, kind: CommandKind): [string, CommandKind][] {
  return words.split(' ').map((word) => [word, kind])
}

/** The verbs that PowerShell approves for its cmdlets: `Get-Process`. */
const CMDLET =
  /^(?:add|clear|close|copy|enter|exit|export|find|format|get|hide|import|install|invoke|join|measure|move|new|out|push|read|remove|rename|reset|resolve|restart|save|search|select|send|set|show|sort|start|stop|test|uninstall|update|wait|where|write)-[a-z]{3,30}$/

/** Of what kind a command's name is: without its path and the endings of Windows. */
export function kindOf(name: string): CommandKind | undefined {
  if (!/^[A-Za-z0-9_./\\:~+-]{1,120}$/.test(name) || isTitle(name) || isAbbreviation(name)) return undefined
  const lower = name.toLowerCase()
  const base = lower
    .slice(Math.max(lower.lastIndexOf('/'), lower.lastIndexOf('\\')) + 1)
    .replace(/\.(?:exe|com|bat|cmd)$/, '')
  const kind = KINDS.get(base) ?? KINDS.get(base.replace(/[0-9](?:\.[0-9]+)?$/, ''))
  return kind ?? (CMDLET.test(base) ? 'technical' : undefined)
}

/** "Grep" is how a sentence begins; only Windows runs what is written so. */
/** HD, OD, NL: names of Unix are in small letters, and what Windows knows in capitals is longer, or one of these. */
function isAbbreviation(name: string): boolean {
  return /^[A-Z]{2,3}$/.test(name) && !/^(?:CMD|DIR|DEL|NET|REG|SET|VER|VOL|SC)$/.test(name)
}

function isTitle(name: string): boolean {
  return (
    /^[A-Z][a-z]+$/.test(name) &&
    !/^(?:Dir|Type|Whoami|Ipconfig|Ping|Powershell|Cmd|Systeminfo|Tasklist|Echo|Net|Set)$/.test(name)
  )
}

/** Words before a command that change how it runs, and are none. POSIX XCU, 2.4 (reserved words). */
export const PREFIXES: ReadonlySet<string> = new Set(
  'sudo exec command builtin nohup time env then do else if while until ! { } doas setsid start /c cmd /k @ cmd.exe'.split(
    ' ',
  ),
)

/** The folders that programs are in. */
export const PROGRAM_FOLDER: RegExp =
  /^(?:\/|[a-z]:\\)(?:usr\/)?(?:local\/)?(?:s?bin|system32|windows|tmp|dev\/shm|var\/tmp)[/\\]/i
