import { expect, it } from 'vitest'
import { code } from '../code/index.ts'
import { deserialisation } from '../deserialise/index.ts'
import { agent } from '../agent/index.ts'
import { graphql } from '../graphql/index.ts'
import { header } from '../headers/index.ts'
import { include } from '../include/index.ts'
import { ldap } from '../ldap/index.ts'
import { nosql } from '../nosql/index.ts'
import { prototype, reachesPrototype } from '../prototype/index.ts'
import { address, ssrf } from '../ssrf/index.ts'
import type { Detector } from '../types.ts'
import { xml } from '../xml/index.ts'
import { xpath } from '../xpath/index.ts'
import { split } from './attempt.ts'

const ROOMS: readonly [title: string, detector: Detector, attacks: readonly string[], texts: readonly string[]][] = [
  [
    'nosql: operators, and scripts of the database',
    nosql,
    [
      '{"$gt": ""}',
      '{"user": {"$ne": null}}',
      'user[$ne]',
      "true, $where: '1 == 1'",
      "', $or: [ {}, { 'a':'a",
      "' || 1==1 //",
      "'; return true; var a='",
      'db.users.drop()',
      ';var d = new Date(); do{c = new Date();}while(c-d<10000)',
    ],
    ['it costs $5, or $gt more', '{"age": {"$gt": 21}}', '{ a: 1, b: 2 }', 'while (true) is a loop', "it's a || b"],
  ],
  [
    'ldap: filters that are left, and filters that ask for all',
    ldap,
    [
      '*)(uid=*))(|(uid=*',
      'admin)(&)',
      '(&(uid=admin)(!(&(1=0)(userPassword=q))))',
      '*(|(objectclass=*))',
      'userPassword:2.5.13.18:=123',
    ],
    ['(&(objectClass=person)(uid=jdoe))', 'f(x)(y)', 'a) b (c', '(a = b) and (c = d)'],
  ],
  [
    'xpath: paths that are united, steps and functions of nodes',
    xpath,
    [
      "'] | //user/*[contains(name,'",
      "' or count(/child::node())=1 or 'a'='b",
      "x' or name()='user",
      '//user[1]/child::node()',
      "' and string-length(name(/*[1]))=4 and '1'='1",
    ],
    ['SELECT COUNT(*) FROM a HAVING COUNT(*) > 3', 'parent::__construct()', 'a | b', 'count(me) in'],
  ],
  [
    'xml: entities, inclusions, foreign schemas, sections',
    xml,
    [
      '<!DOCTYPE x SYSTEM "//x/x"><x/>',
      '<!DOCTYPE x [<!ENTITY % y SYSTEM "//y"> %y; ]>',
      '<x xmlns:xi="http://www.w3.org/2001/XInclude"/>',
      '<x xsi:schemaLocation="http://evil.example/"/>',
      '<![CDATA[<]]>script<![CDATA[>]]>alert(1)<![CDATA[<]]>/script<![CDATA[>]]>',
    ],
    [
      '<!DOCTYPE html>',
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/x.dtd">',
      '<a xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd"/>',
      '<p>text</p>',
    ],
  ],
  [
    'headers: fields and commands behind a line end',
    header,
    [
      'x\r\nSet-Cookie: a=b',
      'a@example.com\nBcc: b@example.com',
      '\r\nV100 CAPABILITY\r\nV101 FETCH 4791',
      '\r\nQUIT\r\n',
      '\nRCPT TO: a@example.com\n',
      '\u560a\u560dSet-Cookie: a=b',
    ],
    [
      'Dear all,\nTo: be or not to be.\nRegards',
      'From: a@example.com\nTo: b@example.com\nSubject: x\n\nHello',
      'line one\nline two: more',
      '嘊嘍是字',
    ],
  ],
  [
    'deserialisation: streams of objects, in bytes and in base64',
    deserialisation,
    [
      'rO0ABXNyABFqYXZh',
      'O:8:"Injected":1:{s:1:"a";}',
      '_$$ND_FUNC$$_function(){}()',
      '!!python/object/apply:os.system',
      'AAEAAAD/////AQAAAA',
      '{"@type":"com.sun.rowset.JdbcRowSetImpl"}',
      'cos\nsystem\n(S"id"',
    ],
    ['O:8 is a time', '{"type":"person"}', 'Hello!! world', 'aced', 'a:1:{b}'],
  ],
  [
    'prototype: paths of names that reach it',
    prototype,
    ['__proto__[a]=1', 'a.__proto__.b', 'constructor[prototype][x]', '{"__proto__": {"a": 1}}', '$1:__proto__:then'],
    ['what __proto__ is for', 'the __proto__ of an object', 'constructor', 'prototype design'],
  ],
  [
    'code: calls that run a text or a program',
    code,
    [
      'phpinfo()',
      ";system('id');",
      "'.system('id').'",
      "__import__('os').system('id')",
      "require('child_process').exec('id')",
      "<?php system($_GET['c']); ?>",
      "Runtime.getRuntime().exec('id')",
      "('system')('id')",
      'java.lang.Runtime',
      '<!--#exec cmd="id"-->',
      '<esi:include src="http://x/">',
    ],
    [
      'eval is evil',
      'The system (of a down)',
      'const fs = require("fs")',
      '<?php echo 1; ?>',
      'regex.exec(text)',
      'java lang courses',
      'print(x)',
    ],
  ],
  [
    'include: files of other hosts',
    include,
    ['http://evil.example/shell.txt?', 'page=http://1.2.3.4/a.php'],
    ['<!-- a comment -->', 'https://example.org/a?b=c', 'https://example.org/a.php?id=3'],
  ],
  [
    'ssrf: metadata, disguises, foreign protocols, names that report',
    ssrf,
    [
      'http://169.254.169.254/latest/meta-data',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::ffff:127.0.0.1]/',
      'http://127.0.0.1.nip.io/',
      'gopher://127.0.0.1:70/_',
      'http://abcdef.oast.me/',
    ],
    [
      'http://localhost:3000/',
      'http://192.168.1.1/',
      'https://example.org/',
      'redis://cache:6379/0',
      'at 12:30',
      '1.2.3.4',
    ],
  ],
  [
    'addresses: what does not lead to the internet',
    address,
    [
      'http://localhost:3000/',
      'http://10.0.0.1/',
      'http://[fd00::1]/',
      'file:///etc/passwd',
      'http://intranet/',
      '//127.0.0.1/',
    ],
    ['https://example.org/', 'http://8.8.8.8/', 'https://[2606:4700::1111]/', '/a/path', 'mailto:a@example.org'],
  ],
  [
    'graphql: introspection',
    graphql,
    ['query { __schema { types { name } } }', '{ __type(name: "User") { name } }'],
    ['{ user(id: 1) { name } }', '{ __typename }'],
  ],
  [
    'agents: programs that look for weaknesses',
    agent,
    ['sqlmap/1.7.4#stable (https://sqlmap.org)', 'Mozilla/5.0 (Nuclei)'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0', 'curl/8.5.0'],
  ],
]

it.each(ROOMS)('%s', (_, detector, attacks, texts) => {
  expect(split(detector, attacks).passed).toEqual([])
  expect(split(detector, texts).found).toEqual([])
})

it('names of fields that reach the prototype are told from names that do not', () => {
  expect(
    ['__proto__', 'a.__proto__.b', 'a[__proto__][b]', 'constructor.prototype', 'constructor[prototype]'].filter(
      reachesPrototype,
    ),
  ).toHaveLength(5)
  expect(['proto', 'constructor', 'prototype', 'my__proto__x'].filter(reachesPrototype)).toEqual([])
})
