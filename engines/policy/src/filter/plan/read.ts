import type { Attribute, RecordType, Type } from '../../schema/types.ts'
import { type Source, unsupported } from '../errors.ts'
import { type Itself, not, type Read, type Residual, type Term, TRUE } from '../residual.ts'
import { decided, made, type Operation, operation } from './known.ts'
import {
  always,
  atom,
  type Cases,
  Condition,
  type Context,
  each,
  exact,
  existence,
  type Facts,
  FAILS,
  knows,
  learn,
  mapped,
  NO,
  type Node,
  Relation,
  type Truth,
  Valued,
  YES,
} from './node.ts'
import { both } from './logic.ts'

/** `resource`. */
export class ItselfNode extends Valued {
  override cases({ itself }: Context): Cases {
    return always(itself)
  }
}

/** The resource, a record in it or an entity that it refers to: what attributes can be read of. */
export type Owner = Itself | Read

/** What can have attributes; undefined for anything else. */
function ownerOf(term: Term): Owner | undefined {
  const type = term.kind === 'resource' || term.kind === 'read' ? term.type.kind : undefined
  return type === 'entity' || type === 'record' ? (term as Owner) : undefined
}

function shapeOf({ schema }: Context, type: Type, source: Source): RecordType {
  if (type.kind === 'record') return type
  const shape = type.kind === 'entity' ? schema.type(type.name)?.shape : undefined
  return shape ?? unsupported('the schema does not declare this type', source)
}

/** The attribute of that name. */
export function readOf(of: Owner, name: string, { type, required }: Attribute): Read {
  const key = `${of.kind === 'read' ? of.key : ''}.${name.length}:${name}`
  return { kind: 'read', of, step: 'attribute', name, type, required, key }
}

function tagOf(of: Owner, name: string, type: Type): Read {
  const key = `${of.kind === 'read' ? of.key : ''}#${name.length}:${name}`
  return { kind: 'read', of, step: 'tag', name, type, required: false, key }
}

/** When the entity whose attribute is read is there: the resource and its records always are. */
function ownerThere(of: Owner, facts: Facts | null, source: Source): Residual {
  if (of.kind === 'resource' || of.type.kind !== 'entity' || knows(facts, existence(of))) return TRUE
  return atom({ op: 'exists', term: of }, false, source)
}

/** A read and when it can be read. */
function guarded(read: Read, facts: Facts | null, source: Source): Cases {
  if (knows(facts, read.key)) return always(read)
  const there = read.required ? ownerThere(read.of, facts, source) : atom({ op: 'present', term: read }, false, source)
  return { list: [{ when: there, term: read }], error: not(there) }
}

/** `x.name` */
export class AttributeNode extends Valued {
  readonly #left: Node
  readonly #name: string
  readonly #apply: Operation

  constructor(source: Source, left: Node, name: string) {
    super(source)
    this.#left = left
    this.#name = name
    this.#apply = operation('.', (of) => ({ left: of, attr: name }))
  }

  override cases(context: Context, facts: Facts | null): Cases {
    return mapped(this.#left.cases(context, facts), (term) => {
      if (term.kind === 'value') return made(this.#apply, term.value, term.value, context)
      const owner = ownerOf(term)
      if (owner === undefined) return unsupported('an attribute of this cannot be read', this.source)
      const attribute = shapeOf(context, owner.type, this.source).attributes.get(this.#name)
      if (attribute === undefined) return unsupported('the schema does not declare this attribute', this.source)
      return guarded(readOf(owner, this.#name, attribute), facts, this.source)
    })
  }
}

/** `x has a`, and `x has a.b.c`, which means `x has a && x.a has b && x.a.b has c`. */
export class HasNode extends Condition {
  readonly #left: Node
  readonly #names: readonly string[]
  readonly #apply: Operation

  constructor(source: Source, left: Node, names: readonly string[]) {
    super(source)
    this.#left = left
    this.#names = names
    this.#apply = operation('has', (of) => ({ left: of, attr: names.length === 1 ? names[0] : names }))
  }

  override truth(context: Context, facts: Facts | null): Truth {
    return each(this.#left.cases(context, facts), (term) => {
      if (term.kind === 'value') return decided(this.#apply, term.value, term.value, context)
      const owner = ownerOf(term)
      if (owner === undefined) return unsupported('this cannot have attributes', this.source)
      return this.#has(context, facts, owner, 0)
    })
  }

  #has(context: Context, facts: Facts | null, owner: Owner, at: number): Truth {
    const name = this.#names[at] ?? ''
    const attribute = shapeOf(context, owner.type, this.source).attributes.get(name)
    if (attribute === undefined) return NO
    const read = readOf(owner, name, attribute)
    const there = this.#there(read, facts)
    if (at === this.#names.length - 1) return there
    return both(there, ({ yes }) => this.#has(context, learn(facts, yes), ownerOf(read) ?? this.#flat(), at + 1))
  }

  #there(read: Read, facts: Facts | null): Truth {
    if (knows(facts, read.key)) return YES
    if (!read.required) return this.test({ op: 'present', term: read })
    return exact(ownerThere(read.of, facts, this.source))
  }

  #flat(): never {
    return unsupported('this cannot have attributes', this.source)
  }
}

/** `x.hasTag(name)`, where the name does not depend on the row. */
export class HasTagNode extends Relation {
  readonly #apply: Operation = operation('hasTag')

  protected override relate(of: Term, name: Term, context: Context, facts: Facts | null): Truth {
    if (of.kind === 'value' && name.kind === 'value') return decided(this.#apply, of.value, name.value, context)
    const read = tagRead(context, of, name, this.source)
    if (read === undefined) return NO
    if (read === null) return FAILS
    return knows(facts, read.key) ? YES : this.test({ op: 'present', term: read })
  }
}

/** `x.getTag(name)`, where the name does not depend on the row. */
export class GetTagNode extends Valued {
  readonly #left: Node
  readonly #right: Node
  readonly #apply: Operation = operation('getTag')

  constructor(source: Source, left: Node, right: Node) {
    super(source)
    this.#left = left
    this.#right = right
  }

  override cases(context: Context, facts: Facts | null): Cases {
    return mapped(this.#left.cases(context, facts), (of) =>
      mapped(this.#right.cases(context, facts), (name) => {
        if (of.kind === 'value' && name.kind === 'value') return made(this.#apply, of.value, name.value, context)
        const read = tagRead(context, of, name, this.source)
        if (read === undefined || read === null) return { list: [], error: TRUE }
        return guarded(read, facts, this.source)
      }),
    )
  }
}

/** The tag; undefined when entities of the type have none, null when the name is no text. */
function tagRead(context: Context, of: Term, name: Term, source: Source): Read | undefined | null {
  if (name.kind !== 'value') return unsupported("a tag's name that depends on the row", source)
  if (typeof name.value !== 'string') return null
  const owner = ownerOf(of)
  if (owner === undefined || owner.type.kind !== 'entity') return unsupported('tags of this cannot be read', source)
  const type = context.schema.type(owner.type.name)?.tags
  return type === undefined ? undefined : tagOf(owner, name.value, type)
}
