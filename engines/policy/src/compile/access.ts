import { fail } from '../errors.ts'
import type { Uid } from '../json.ts'
import { renderUid } from '../render.ts'
import { EntityUid, RecordValue, typeName, type Value } from '../value.ts'
import type { Compilation, Compile } from './expression.ts'
import { compileLike } from './like.ts'
import { isObject } from '../shape.ts'
import { bool, type Code, dynamic, type Evaluate, entity, predicate, type Run, string, type Test } from './run.ts'

/** Attributes and tags, and the record that is written out. */
export const ACCESS: readonly (readonly [string, Compile])[] = [
  ['.', attribute],
  ['has', has],
  ['getTag', getTag],
  ['hasTag', hasTag],
  ['like', compileLike],
  ['Record', record],
]

function unknown(uid: EntityUid): never {
  return fail(`entity \`${renderUid(uid)}\` does not exist`, { what: 'entity', of: plain(uid) })
}

function none(what: 'attribute' | 'tag', uid: EntityUid | null, name: string): never {
  const whose = uid === null ? 'the record' : `\`${renderUid(uid)}\``
  return fail(`${whose} has no ${what} \`${name}\``, { what, of: uid === null ? null : plain(uid), name })
}

function plain({ type, id }: EntityUid): Uid {
  return { type, id }
}

function get(run: Run, value: Value, name: string): Value {
  if (value instanceof EntityUid) return ofEntity(run, value, name)
  if (value instanceof RecordValue) return ofRecord(value, name)
  return fail(`expected a record or an entity, got ${typeName(value)}`)
}

function ofEntity(run: Run, uid: EntityUid, name: string): Value {
  const found = run.find(uid)
  if (found === undefined) return unknown(uid)
  return found.attributes.get(name) ?? none('attribute', uid, name)
}

function ofRecord(record: RecordValue, name: string): Value {
  return record.attributes.get(name) ?? none('attribute', null, name)
}

/** An attribute; of a variable, which is what policies mostly read, without asking what it is. */
function attribute(body: unknown, compilation: Compilation): Code {
  const { evaluate } = compilation.operand(body, 'left')
  const name = compilation.text(body, 'attr')
  switch (variableOf(compilation.body(body)['left'])) {
    case 'principal':
      return read(
        (run) => ofEntity(run, run.principal, name),
        (run) => bool(ofEntity(run, run.principal, name)),
      )
    case 'resource':
      return read(
        (run) => ofEntity(run, run.resource, name),
        (run) => bool(ofEntity(run, run.resource, name)),
      )
    case 'context':
      return read(
        (run) => ofRecord(run.context, name),
        (run) => bool(ofRecord(run.context, name)),
      )
    default:
      return read(
        (run) => get(run, evaluate(run), name),
        (run) => bool(get(run, evaluate(run), name)),
      )
  }
}

function read(evaluate: Evaluate, test: Test): Code {
  return { evaluate, constant: undefined, test }
}

function variableOf(expression: unknown): unknown {
  return isObject(expression) ? expression['Var'] : undefined
}

function holds(run: Run, value: Value, name: string): boolean {
  if (value instanceof RecordValue) return value.attributes.has(name)
  if (!(value instanceof EntityUid)) return fail(`expected a record or an entity, got ${typeName(value)}`)
  return run.find(value)?.attributes.has(name) ?? false
}

/** `x has a.b.c` means `x has a && x.a has b && x.a.b has c`. */
function has(body: unknown, compilation: Compilation): Code {
  const { evaluate } = compilation.operand(body, 'left')
  const names = readNames(body, compilation)
  const [first] = names
  if (first === undefined) return compilation.refuse('`attr` must name an attribute')
  if (names.length === 1) return predicate((run) => holds(run, evaluate(run), first))
  return predicate((run) => {
    let value = evaluate(run)
    for (let at = 0; at < names.length; at++) {
      const name = names[at] ?? first
      if (!holds(run, value, name)) return false
      if (at < names.length - 1) value = get(run, value, name)
    }
    return true
  })
}

function readNames(body: unknown, compilation: Compilation): readonly string[] {
  const list: unknown = compilation.body(body)['attr']
  if (!Array.isArray(list)) return [compilation.text(body, 'attr')]
  for (const name of list as unknown[]) if (typeof name !== 'string') compilation.refuse('`attr` must be strings')
  return list as string[]
}

function getTag(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const right = compilation.operand(body, 'right').evaluate
  return dynamic((run) => {
    const uid = entity(left(run))
    const tag = string(right(run))
    const found = run.find(uid)
    if (found === undefined) return unknown(uid)
    return found.tags.get(tag) ?? none('tag', uid, tag)
  })
}

function hasTag(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const right = compilation.operand(body, 'right').evaluate
  return predicate((run) => {
    const uid = entity(left(run))
    const tag = string(right(run))
    return run.find(uid)?.tags.has(tag) ?? false
  })
}

/** A record written out. Attributes are evaluated in the order in which they stand. */
function record(body: unknown, compilation: Compilation): Code {
  const attributes: [string, Code][] = []
  for (const [name, value] of Object.entries(compilation.body(body))) {
    attributes.push([name, compilation.expression(value)])
  }
  return dynamic((run) => {
    const values = new Map<string, Value>()
    for (const [name, code] of attributes) values.set(name, code.evaluate(run))
    return new RecordValue(values)
  })
}
