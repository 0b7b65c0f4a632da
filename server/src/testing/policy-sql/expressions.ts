import type { ExprJson } from '@holdfast/policy'
import type { Random } from './random.ts'
import { DATETIMES, DECIMALS, DURATIONS, IPS, type Kind, TEXTS } from './values.ts'
import { type Attribute, FOLDERS, GROUPS, ROLES, TAGS, TEAMS, type World } from './world.ts'

type Scalar = 'string' | 'long' | 'decimal' | 'datetime' | 'duration' | 'ip' | 'person'

const variable = (Var: string): ExprJson => ({ Var })
const value = (Value: unknown): ExprJson => ({ Value })
const uid = (type: string, id: string): ExprJson => ({ Value: { __entity: { type, id } } })
const attr = (left: ExprJson, name: string): ExprJson => ({ '.': { left, attr: name } })
const two = (operator: string, left: ExprJson, right: ExprJson): ExprJson => ({ [operator]: { left, right } })
const not = (arg: ExprJson): ExprJson => ({ '!': { arg } })
const call = (name: string, ...args: ExprJson[]): ExprJson => ({ [name]: args })
// Not written as a literal: an object with `then` looks like a promise to the linter.
const conditional = (parts: readonly ExprJson[]): ExprJson => ({
  'if-then-else': Object.fromEntries(['if', 'then', 'else'].map((name, at) => [name, parts[at]])),
})
const RESOURCE = variable('resource')
const CONTEXT = variable('context')
const PRINCIPAL = variable('principal')

/** Random conditions over a world: well typed, and what is optional nearly always asked for first. */
export class Expressions {
  readonly #random: Random
  readonly #world: World

  constructor(random: Random, world: World) {
    this.#random = random
    this.#world = world
  }

  bool(depth: number): ExprJson {
    const random = this.#random
    if (depth === 0 || random.chance(30)) return this.#atom(depth)
    const inner = () => this.bool(depth - 1)
    switch (random.below(5)) {
      case 0:
        return two('&&', inner(), inner())
      case 1:
        return two('||', inner(), inner())
      case 2:
        return not(inner())
      case 3:
        return conditional([inner(), inner(), inner()])
      default:
        return this.#atom(depth)
    }
  }

  #atom(depth: number): ExprJson {
    const random = this.#random
    const scalar = random.pick(['string', 'long', 'decimal', 'datetime', 'duration', 'ip', 'person'] as const)
    switch (random.below(16)) {
      case 0:
        return this.#flag()
      case 1:
        return two(random.pick(['==', '!=']), this.#of(scalar, depth), this.#of(scalar, depth))
      case 2:
      case 3:
        return this.#order(depth)
      case 4:
        return this.#has()
      case 5:
        return { like: { left: this.#of('string', depth), pattern: this.#pattern() } }
      case 6:
      case 7:
        return this.#sets(depth)
      case 8:
        return this.#address(depth)
      case 9:
      case 10:
        return this.#within()
      case 11:
        return this.#tag()
      case 12:
        return this.#record()
      case 13:
        return this.#joined()
      case 14:
        return { is: { left: RESOURCE, entity_type: random.pick(['Document', 'Folder']) } }
      default:
        return random.chance(50) ? value(random.chance(50)) : attr(CONTEXT, 'flag')
    }
  }

  /** An attribute of that kind; where it is optional, mostly with something in its stead. */
  #read(kind: Kind, otherwise: () => ExprJson): ExprJson {
    const found = this.#world.attributes.filter((one) => one.kind === kind)
    if (found.length === 0) return otherwise()
    const chosen = this.#random.pick(found)
    const read = attr(RESOURCE, chosen.name)
    if (chosen.required || this.#random.chance(8)) return read
    return conditional([this.#present(chosen), read, otherwise()])
  }

  #present({ name }: Attribute): ExprJson {
    return { has: { left: RESOURCE, attr: name } }
  }

  #flag(): ExprJson {
    return this.#read('bool', () => attr(CONTEXT, 'flag'))
  }

  #has(): ExprJson {
    const random = this.#random
    const chosen = random.pick(this.#world.attributes)
    if (chosen.kind === 'record' && random.chance(60)) {
      const path = random.pick([['s'], ['inner'], ['inner', 'flag'], ['n']])
      return { has: { left: RESOURCE, attr: [chosen.name, ...path] } }
    }
    const guarded = this.#present(chosen)
    if (chosen.kind !== 'string') return guarded
    return two('&&', guarded, two('==', attr(RESOURCE, chosen.name), value(random.pick(TEXTS))))
  }

  #of(kind: Scalar, depth: number): ExprJson {
    const random = this.#random
    if (random.chance(50)) return this.#read(kind, () => this.#known(kind))
    if (depth > 0 && random.chance(25)) {
      return conditional([this.bool(depth - 1), this.#of(kind, depth - 1), this.#of(kind, depth - 1)])
    }
    if (depth > 0 && random.chance(40)) return this.#made(kind, depth - 1)
    return this.#known(kind)
  }

  /** What is calculated. */
  #made(kind: Scalar, depth: number): ExprJson {
    const of = (other: Scalar) => this.#of(other, depth)
    switch (kind) {
      case 'long': {
        const random = this.#random
        if (random.chance(25))
          return call(random.pick(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays']), of('duration'))
        if (random.chance(15)) return { neg: { arg: of('long') } }
        return two(random.pick(['+', '-', '*']), of('long'), of('long'))
      }
      case 'datetime':
        return this.#random.chance(50) ? call('offset', of('datetime'), of('duration')) : call('toDate', of('datetime'))
      case 'duration':
        return this.#random.chance(50)
          ? call('durationSince', of('datetime'), of('datetime'))
          : call('toTime', of('datetime'))
      default:
        return this.#known(kind)
    }
  }

  /** What does not depend on the row. */
  #known(kind: Scalar): ExprJson {
    const random = this.#random
    const fromContext = {
      string: 's',
      long: 'n',
      decimal: 'price',
      datetime: 'at',
      duration: 'lasts',
      ip: 'ip',
      person: 'who',
    }
    if (random.chance(45)) return attr(CONTEXT, fromContext[kind])
    switch (kind) {
      case 'string':
        return value(random.pick(TEXTS))
      case 'long':
        return random.chance(30)
          ? attr(PRINCIPAL, 'level')
          : value(random.pick([0, 1, -1, 2, 7, 1024, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]))
      case 'decimal':
        return call('decimal', value(random.pick(DECIMALS)))
      case 'datetime':
        return call('datetime', value(random.pick(DATETIMES)))
      case 'duration':
        return call('duration', value(random.pick(DURATIONS)))
      case 'ip':
        return call('ip', value(random.pick(IPS)))
      default:
        return random.chance(60) ? PRINCIPAL : uid('Person', random.pick(this.#world.pool.people))
    }
  }

  #order(depth: number): ExprJson {
    const random = this.#random
    const kind = random.pick(['long', 'long', 'datetime', 'duration', 'decimal'] as const)
    const [left, right] = [this.#of(kind, depth), this.#of(kind, depth)]
    if (kind !== 'decimal') return two(random.pick(['<', '<=', '>', '>=']), left, right)
    return call(random.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual']), left, right)
  }

  #pattern(): unknown[] {
    const random = this.#random
    return random.list(4, () => {
      if (random.chance(45)) return 'Wildcard'
      const text = random.pick(TEXTS)
      return { Literal: random.chance(50) ? String.fromCodePoint(text.codePointAt(0) ?? 0x2a) : text }
    })
  }

  #sets(depth: number): ExprJson {
    const random = this.#random
    const [kind, item] = random.pick([
      ['strings', 'string'],
      ['longs', 'long'],
      ['people', 'person'],
    ] as const)
    const known = () => (random.chance(40) ? attr(CONTEXT, kind) : { Set: random.list(3, () => this.#of(item, 0)) })
    const set = () => (random.chance(60) ? this.#read(kind, known) : known())
    switch (random.below(5)) {
      case 0:
        return { isEmpty: { arg: this.#read(kind, known) } }
      case 1:
        return two(random.pick(['==', '!=']), set(), set())
      case 2:
        return two(random.pick(['containsAll', 'containsAny']), set(), set())
      default:
        return two('contains', set(), this.#of(item, Math.min(depth, 1)))
    }
  }

  #address(depth: number): ExprJson {
    const random = this.#random
    const name = random.pick(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast', 'isInRange', 'isInRange'])
    const args = name === 'isInRange' ? [this.#of('ip', depth), this.#of('ip', depth)] : [this.#of('ip', depth)]
    return call(name, ...args)
  }

  #within(): ExprJson {
    const random = this.#random
    const target = random.pick([
      () => uid('Folder', random.pick(FOLDERS)),
      () => uid('Team', random.pick(TEAMS)),
      () => ({ Set: [uid('Folder', random.pick(FOLDERS)), uid('Team', random.pick(TEAMS))] }),
      () => uid('Document', `d${random.below(4)}`),
    ])
    const above = random.pick([
      () => uid('Group', random.pick(GROUPS)),
      () => uid('Role', random.pick(ROLES)),
      () => attr(CONTEXT, 'group'),
      () => PRINCIPAL,
      () => ({ Set: [uid('Group', random.pick(GROUPS)), PRINCIPAL] }),
    ])
    const owner = () => this.#read('person', () => PRINCIPAL)
    switch (random.below(5)) {
      case 0:
        return two('in', RESOURCE, target())
      case 1:
        return { is: { left: RESOURCE, entity_type: 'Document', in: target() } }
      case 2:
        return two('in', owner(), above())
      case 3:
        return two('in', PRINCIPAL, random.chance(50) ? owner() : this.#read('people', () => attr(CONTEXT, 'people')))
      default:
        return two('in', PRINCIPAL, above())
    }
  }

  #tag(): ExprJson {
    const random = this.#random
    const name = random.chance(80) ? value(random.pick(TAGS)) : attr(CONTEXT, 's')
    const has = two('hasTag', RESOURCE, name)
    if (random.chance(30)) return has
    const get = two('getTag', RESOURCE, name)
    const same = two('==', get, random.chance(50) ? value(random.pick(TEXTS)) : this.#of('string', 0))
    return random.chance(8) ? same : two('&&', has, same)
  }

  #record(): ExprJson {
    const random = this.#random
    const found = this.#world.attributes.filter(({ kind }) => kind === 'record')
    if (found.length === 0) return this.#flag()
    const [one, other] = [random.pick(found), random.pick(found)]
    const part = attr(RESOURCE, one.name)
    const guard = (condition: ExprJson) => (one.required ? condition : two('&&', this.#present(one), condition))
    switch (random.below(4)) {
      case 0:
        return guard(two(random.pick(['==', '<']), attr(part, 'n'), this.#of('long', 0)))
      case 1: {
        const has = { has: { left: RESOURCE, attr: [one.name, 's'] } }
        return two('&&', has, two('==', attr(part, 's'), this.#of('string', 0)))
      }
      case 2: {
        const has = { has: { left: RESOURCE, attr: [one.name, 'inner', 'flag'] } }
        return two('&&', has, attr(attr(part, 'inner'), 'flag'))
      }
      default: {
        const both = two('&&', this.#present(other), two(random.pick(['==', '!=']), part, attr(RESOURCE, other.name)))
        return guard(both)
      }
    }
  }

  /** Attributes of the person that the document names, and of their friend. */
  #joined(): ExprJson {
    const random = this.#random
    let person = this.#read('person', () => PRINCIPAL)
    let guard: ExprJson | undefined
    if (random.chance(35)) {
      guard = { has: { left: person, attr: 'friend' } }
      person = attr(person, 'friend')
    }
    const test = random.chance(50)
      ? two(random.pick(['==', '<', '>=']), attr(person, 'level'), this.#of('long', 0))
      : two('&&', { has: { left: person, attr: 'dept' } }, two('==', attr(person, 'dept'), this.#of('string', 0)))
    return guard === undefined || random.chance(8) ? test : two('&&', guard, test)
  }
}
