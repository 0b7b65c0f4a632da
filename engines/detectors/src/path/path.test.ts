import { expect, it } from 'vitest'
import { split } from '../testing/attempt.ts'
import { path } from './index.ts'

it('finds paths that climb, lead to what is private, or are opened like files', () => {
  const attacks = [
    '../../etc/passwd',
    '/static/img/../../etc/passwd',
    '\\\\::1\\c$\\users\\default\\ntuser.dat',
    'file:///etc/./passwd',
    '..\\..\\windows\\win.ini',
    '/etc/passwd',
    'c:\\boot.ini',
    '....//....//etc/passwd',
    '..;/manager/html',
    'php://filter/convert.base64-encode/resource=index.php',
    '/etc/passwd\0.jpg',
    'x.php\0.png',
    '/proc/self/environ',
    '/.git/config',
    'WEB-INF/web.xml',
    'file:c:/boot.ini',
    '\\\\.\\C:\\x',
    'x.asp::$DATA',
    '/..',
    '../',
    'foo/../../bar',
    'download?file=../../../etc/shadow',
    '=../../x',
    'page=/etc/passwd',
    'please show ../../../../etc/passwd now',
    'phar://x.phar',
    '../../../../../../../../../etc/passwd%00.jpg',
    'C:\\Windows\\System32\\drivers\\etc\\hosts',
    '/var/log/apache2/access.log',
    '~/.ssh/id_rsa',
  ]
  expect(split(path, attacks).passed).toEqual([])
})

it('passes paths that stay, links, and talk of files', () => {
  const texts = [
    'import x from "../lib/x.js" and go',
    'a/b/c',
    'and/or',
    'hello...',
    '1..2',
    'wait.../what',
    '/products/windows/glass',
    'https://x.de/a/b?c=d',
    'http://localhost:3000/',
    '12:30',
    'C:\\Users\\me\\Documents\\a.docx'.replace('Users', 'Data'),
    'The file /etc/passwd holds',
    'see ../readme for more',
    'file.tar.gz',
    '//cdn.x.de/y',
    '\\o/',
    '/sys/users',
    '...',
  ]
  expect(split(path, texts).found).toEqual([])
})
