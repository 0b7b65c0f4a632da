import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInspector } from '../inspector.ts'
import { endingOf, nameProblem } from '../read/filename.ts'
import { told } from '../testing/ask.ts'

const inspector = createInspector()

/** Uploads one file. @param bytes one character each */
function upload(filename: string, bytes: string, type: string | null = 'application/octet-stream'): string[] {
  const declared = type === null ? '' : `Content-Type: ${type}\r\n`
  const disposition = `Content-Disposition: form-data; name="f"; filename="${filename}"`
  const body = Buffer.from(`--x\r\n${disposition}\r\n${declared}\r\n${bytes}\r\n--x--\r\n`, 'latin1')
  const headers = ['Content-Type', 'multipart/form-data; boundary=x', 'Content-Length', String(body.length)]
  const request = inspector.begin({ method: 'POST', target: '/files', headers })
  const verdict = request.body(body)
  return verdict.findings.map((finding) => `${finding.by} ${finding.class || finding.code}`)
}

describe('names under which a file is more than a file', () => {
  test.each([
    ['shell.php', 'program'],
    ['shell.PHP', 'program'],
    ['shell.php5', 'program'],
    ['shell.pHtMl', 'program'],
    ['shell.phar', 'program'],
    ['shell.jsp', 'program'],
    ['shell.jspx', 'program'],
    ['shell.aspx', 'program'],
    ['shell.asp', 'program'],
    ['shell.ashx', 'program'],
    ['shell.cgi', 'program'],
    ['shell.shtml', 'program'],
    ['folder/shell.php', 'program'],
    ['shell.php.', 'program'],
    ['shell.php...', 'program'],
    ['shell.php ', 'program'],
    ['shell.php::$DATA', 'program'],
    ['shell.asp;.jpg', 'program'],
    ['shell.asp:.jpg', 'program'],
    ['shell\uff0ephp', 'program'],
    ['shell.ph\uff50', 'program'],
    ['a.php.jpg', 'double-extension'],
    ['a.jsp.png', 'double-extension'],
    ['a.PHP5.gif', 'double-extension'],
    ['a.php%00.jpg', 'control'],
    ['a.php\0.jpg', 'control'],
    ['a\r\n.jpg', 'control'],
    ['a%0d%0a.jpg', 'control'],
    ['../a.jpg', 'path'],
    ['a/../../b.jpg', 'path'],
    ['..', 'path'],
    ['/etc/cron.d/a', 'path'],
    ['C:\\a.jpg', 'path'],
    ['C:a.jpg', 'path'],
    ['..\\a.jpg', 'path'],
    ['~/.ssh/id', 'path'],
    ['.htaccess', 'settings'],
    ['a/.HTACCESS', 'settings'],
    ['web.config', 'settings'],
    ['.user.ini', 'settings'],
  ])('%j: %s', (name, kind) => {
    expect(nameProblem(name)?.kind).toBe(kind)
  })

  test.each([
    'photo.jpg',
    'IMG_2041.HEIC',
    'holiday/2024/beach.png',
    'Résumé (final).v2.pdf',
    'notes.2024-01-02.txt',
    'a..b.txt',
    'archive.tar.gz',
    'jquery.min.js',
    'main.py',
    'types.d.ts',
    'report 50%.xlsx',
    'php manual.pdf',
    'asp.net introduction.docx',
    'O\u2019Brien & sons.docx',
    'r\u00e9sum\u00e9.doc',
    'blob',
    '',
    '.gitignore',
    'a.jspdf.min.js',
  ])('%j is one like others', (name) => {
    expect(nameProblem(name)).toBeNull()
  })

  test('the ending is what stays of it on a disk', () => {
    expect([endingOf('a.SVG'), endingOf('a/b.c/d'), endingOf('a.svg. '), endingOf('a')]).toEqual(['svg', '', 'svg', ''])
  })
})

test.each([
  ['photo.php', 'x', 'upload program'],
  ['a.php.jpg', 'x', 'upload double-extension'],
  ['a.php%00.jpg', 'x', 'upload control'],
  ['../../a.jpg', 'x', 'upload path'],
  ['.htaccess', 'x', 'upload settings'],
])('%s is refused as the name of a part', (filename, bytes, expected) => {
  expect(upload(filename, bytes)).toContain(expected)
})

const png = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'

describe('contents', () => {
  test.each([
    ['a picture with PHP in it', 'a.png', `${png}tEXt<?php system($_GET[0]); ?>`, 'image/png', 'upload hidden-code'],
    ['a GIF that is PHP', 'a.gif', 'GIF89a;<?php phpinfo(); ?>', 'image/gif', 'upload hidden-code'],
    ['a short tag', 'a.gif', 'GIF89a<?=`$_GET[0]`?>', 'image/gif', 'upload hidden-code'],
    [
      'a picture with JSP',
      'a.jpg',
      '\xff\xd8\xff\xe0<%@ page import="java.io.*" %>',
      'image/jpeg',
      'upload hidden-code',
    ],
    ['a picture with ASP', 'a.jpg', '\xff\xd8<%eval request("x")%>', 'image/jpeg', 'upload hidden-code'],
    ['a picture with HTML', 'a.gif', 'GIF89a/*<script>alert(1)</script>', 'image/gif', 'upload hidden-code'],
    [
      'an SVG with a handler',
      'a.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      null,
      'html handler',
    ],
    ['an SVG with a script', 'a.svg', '<?xml version="1.0"?><svg><script>alert(1)</script></svg>', null, 'html script'],
    [
      'an SVG with an entity',
      'a.svg',
      '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
      null,
      'xml entity',
    ],
    ['HTML as a picture', 'a.png', '\n<html><body><script>alert(1)</script>', 'image/png', 'html script'],
    ['an SVG as something', 'a.bin', '<svg onload=alert(1)>', 'application/octet-stream', 'html handler'],
    ['HTML', 'a.html', '<html><img src=x onerror=alert(1)>', 'text/html', 'html handler'],
    [
      'XML with an entity',
      'a.xml',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      'text/xml',
      'xml entity',
    ],
    ['JSON that is an object of the request', 'blob', '{"note":"1\' OR \'1\'=\'1"}', 'application/json', 'sql boolean'],
    ['JSON with a name twice', 'blob', '{"a":1,"a":2}', 'application/json', 'duplicate-name json_duplicate_name'],
    ['a field that is sent as a file', 'blob', "1' UNION SELECT password FROM users-- ", 'text/plain', 'sql union'],
    ['a field with an empty file name', '', "1' OR '1'='1", null, 'empty-filename multipart_ambiguous'],
  ])('%s', (_name, filename, bytes, type, expected) => {
    expect(upload(filename, bytes, type)).toContain(expected)
  })

  const svg =
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg xmlns="http://www.w3.org/2000/svg" width="9"><style>.a{fill:#fff}</style><path class="a" d="M0 0L1 1"/></svg>'
  test.each([
    ['a picture', 'a.png', `${png}\0\0tEXtSoftware\0Adobe <x:xmpmeta><?xpacket begin=""?>`, 'image/png'],
    ['an SVG', 'logo.svg', svg, 'image/svg+xml'],
    ['HTML without scripts', 'a.html', '<!doctype html><title>a</title><h1>b</h1><a href="/c">d</a>', 'text/html'],
    ['prose', 'a.txt', "The O'Brien select committee; 2 < 3 & 4 > 1 -- or so", 'text/plain'],
    ['a document about SQL', 'a.md', 'Use SELECT * FROM t WHERE 1=1; DROP TABLE t. '.repeat(100), 'text/markdown'],
    ['a script of one who programs', 'main.py', 'import os\nos.system("ls -l; rm x")\n', 'text/x-python'],
    ['a table', 'a.csv', 'id,name\r\n1,"Smith, Ann"\r\n2,O\'Hara\r\n', 'text/csv'],
    ['JSON', 'a.json', '{"name":"two red chairs","price":[1,2]}', 'application/json'],
    ['an empty file', '', '', 'application/octet-stream'],
    ['an archive of programs', 'a.tar', 'index.html\0\0<?php system(1); <script>', 'application/x-tar'],
    ['a certificate', 'a.cer', '0\x82\x03', 'application/pkix-cert'],
    ['a ZIP', 'a.zip', 'PK\x03\x04\x14\0\0\0\x08\0', 'application/zip'],
  ])('%s passes', (_name, filename, bytes, type) => {
    expect(upload(filename, bytes, type)).toEqual([])
  })
})

test('what an exception names may be uploaded', () => {
  const exceptions = [{ operation: 'POST /files', place: 'file', name: 'f', by: 'upload' }] as const
  const body = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.php"\r\n\r\nx\r\n--x--\r\n'
  const headers = ['Content-Type', 'multipart/form-data; boundary=x', 'Content-Length', String(body.length)]
  const request = createInspector({ exceptions }).begin({ method: 'POST', target: '/files', headers })
  expect(told(request.body(Buffer.from(body)))).toEqual([])
})

test('fuzz: random bytes in a picture are no code, and every name is judged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), fc.string({ maxLength: 60 }), (bytes, name) => {
      const content = Buffer.from(bytes).toString('latin1')
      expect(upload('a.png', `${png}${content}`, 'image/png').filter((found) => found.startsWith('upload'))).toEqual([])
      nameProblem(name)
      expect(endingOf(name)).not.toMatch(/[./\\]$/)
    }),
    { numRuns: 300 },
  )
})
