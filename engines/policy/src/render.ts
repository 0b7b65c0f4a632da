import { EXTENSION_FUNCTIONS } from './extensions/index.ts'
import type { Uid, ValueJson } from './json.ts'
import { field, isObject, type JsonObject } from './shape.ts'

/** How tightly an expression binds, loosest first. A looser one inside a tighter one is put in parentheses. */
const IF = 0
const OR = 1
const AND = 2
const RELATION = 3
const SUM = 4
const PRODUCT = 5
const UNARY = 6
const MEMBER = 7

interface Rendered {
  readonly text: string
  readonly binds: number
}

/** An expression of a compiled policy as Cedar text: parsed again it is the same expression. */
export function renderExpression(json: unknown): string {
  return render(json).text
}

function render(json: unknown): Rendered {
  const [operator = '', body] = Object.entries(json as JsonObject)[0] ?? []
  const form = FORMS.get(operator)
  return form === undefined ? call(operator, body as readonly unknown[]) : form(body as JsonObject)
}

/** As an operand of something that binds so tightly. */
function inside(json: unknown, binds: number): string {
  const rendered = render(json)
  return rendered.binds < binds ? `(${rendered.text})` : rendered.text
}

/** Left-associative: the right operand must bind tighter, and of relations there is only one without parentheses. */
function binary(operator: string, binds: number): [string, (body: JsonObject) => Rendered] {
  const left = binds === RELATION ? binds + 1 : binds
  return [
    operator,
    (body) => ({ text: `${inside(body['left'], left)} ${operator} ${inside(body['right'], binds + 1)}`, binds }),
  ]
}

function method(name: string): [string, (body: JsonObject) => Rendered] {
  return [
    name,
    (body) => {
      const args = Object.hasOwn(body, 'right') ? render(body['right']).text : ''
      return { text: `${inside(body['left'] ?? body['arg'], MEMBER)}.${name}(${args})`, binds: MEMBER }
    },
  ]
}

const FORMS: ReadonlyMap<string, (body: JsonObject) => Rendered> = new Map([
  binary('||', OR),
  binary('&&', AND),
  binary('==', RELATION),
  binary('!=', RELATION),
  binary('<', RELATION),
  binary('<=', RELATION),
  binary('>', RELATION),
  binary('>=', RELATION),
  binary('in', RELATION),
  binary('+', SUM),
  binary('-', SUM),
  binary('*', PRODUCT),
  method('contains'),
  method('containsAll'),
  method('containsAny'),
  method('isEmpty'),
  method('getTag'),
  method('hasTag'),
  [
    'Value',
    (body: unknown) => ({ text: renderValueJson(body as ValueJson), binds: isNegative(body) ? UNARY : MEMBER }),
  ],
  ['Var', (body: unknown) => ({ text: String(body), binds: MEMBER })],
  // Cedar counts consecutive `!` and `-` and takes at most four; and `-1` is a literal, where `-(1)` is a negation.
  ['!', (body: JsonObject) => ({ text: `!${inside(body['arg'], MEMBER)}`, binds: UNARY })],
  ['neg', negation],
  [
    '.',
    (body: JsonObject) => ({ text: inside(body['left'], MEMBER) + attribute(String(body['attr'])), binds: MEMBER }),
  ],
  ['has', has],
  ['like', like],
  ['is', is],
  ['if-then-else', conditional],
  ['Set', (body: unknown) => ({ text: `[${list(body as readonly unknown[])}]`, binds: MEMBER })],
  ['Record', record],
] as [string, (body: JsonObject) => Rendered][])

function negation(body: JsonObject): Rendered {
  const literal = isObject(body['arg']) && Object.hasOwn(body['arg'], 'Value')
  const text = literal ? `(${render(body['arg']).text})` : inside(body['arg'], MEMBER)
  return { text: `-${text}`, binds: UNARY }
}

function isNegative(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'bigint') && value < 0
}

function has(body: JsonObject): Rendered {
  const names = Array.isArray(body['attr']) ? (body['attr'] as string[]) : [String(body['attr'])]
  const text = names.every(isIdentifier) ? names.join('.') : renderString(names[0] ?? '')
  return { text: `${inside(body['left'], SUM)} has ${text}`, binds: RELATION }
}

function like(body: JsonObject): Rendered {
  let pattern = ''
  for (const piece of body['pattern'] as readonly unknown[]) {
    pattern += isObject(piece) ? escape(String(piece['Literal'])).replaceAll('*', '\\*') : '*'
  }
  return { text: `${inside(body['left'], SUM)} like "${pattern}"`, binds: RELATION }
}

function is(body: JsonObject): Rendered {
  const target = Object.hasOwn(body, 'in') ? ` in ${inside(body['in'], SUM)}` : ''
  return { text: `${inside(body['left'], SUM)} is ${String(body['entity_type'])}${target}`, binds: RELATION }
}

function conditional(body: JsonObject): Rendered {
  const [test, yes, no] = [body['if'], body['then'], body['else']].map((part) => render(part).text)
  return { text: `if ${test} then ${yes} else ${no}`, binds: IF }
}

function record(body: JsonObject): Rendered {
  const parts = Object.entries(body).map(([name, value]) => `${renderName(name)}: ${render(value).text}`)
  return { text: `{${parts.join(', ')}}`, binds: MEMBER }
}

function list(items: readonly unknown[]): string {
  return items.map((item) => render(item).text).join(', ')
}

function call(name: string, args: readonly unknown[]): Rendered {
  const [self, ...others] = args
  if (EXTENSION_FUNCTIONS.get(name)?.style !== 'method' || self === undefined) {
    return { text: `${name}(${list(args)})`, binds: MEMBER }
  }
  return { text: `${inside(self, MEMBER)}.${name}(${list(others)})`, binds: MEMBER }
}

/** A value in Cedar's JSON form as Cedar text. */
export function renderValueJson(json: ValueJson): string {
  if (typeof json === 'string') return renderString(json)
  if (typeof json !== 'object') return String(json)
  if (Array.isArray(json)) return `[${(json as ValueJson[]).map(renderValueJson).join(', ')}]`
  const object = json as JsonObject
  const uid = field(object, '__entity')
  if (uid !== undefined) return renderUid(uid as Uid)
  const extension = field(object, '__extn')
  if (isObject(extension)) {
    const args = (extension['args'] ?? [extension['arg']]) as ValueJson[]
    return call(
      String(extension['fn']),
      args.map((arg) => ({ Value: arg })),
    ).text
  }
  const parts = Object.entries(object).map(
    ([name, value]) => `${renderName(name)}: ${renderValueJson(value as ValueJson)}`,
  )
  return `{${parts.join(', ')}}`
}

/** `Person::"alice"`. */
export function renderUid({ type, id }: Uid): string {
  return `${type}::${renderString(id)}`
}

/** A string as a Cedar literal. */
export function renderString(text: string): string {
  return `"${escape(text)}"`
}

const RESERVED = new Set(['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar'])

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name)
}

function renderName(name: string): string {
  return isIdentifier(name) ? name : renderString(name)
}

function attribute(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${renderString(name)}]`
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\0'],
])

/** Quotes, backslashes and everything invisible (control and format characters, separators, lone surrogates) are escaped. */
function escape(text: string): string {
  return text.replaceAll(
    /["\\]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => ESCAPES.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
