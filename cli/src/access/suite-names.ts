import type { Uid } from '@holdfast/policy'
import type { RecordType, Type } from '@holdfast/policy/diff'
import { parseUid } from '../api/uid.ts'
import type { Suite } from './suite.ts'

/** Which entity a name of a suite stands for. */
export class Names {
  readonly #known: Map<string, Uid> = new Map()
  /** Names that stand for two entities, each of which another section declares. */
  readonly twice: readonly string[]

  constructor(suite: Suite) {
    const twice: string[] = []
    const add = (name: string, uid: Uid) => {
      if (this.#known.has(name)) twice.push(name)
      this.#known.set(name, uid)
    }
    for (const [name, { type = 'Person', id = name }] of Object.entries(suite.principals)) add(name, { type, id })
    for (const section of [suite.resources, suite.entities]) {
      for (const [name, { type, id = name }] of Object.entries(section)) add(name, { type, id })
    }
    this.twice = twice
  }

  get(name: string): Uid | undefined {
    return this.#known.get(name)
  }

  /** A name, or a uid like `Team::"a"`. @throws Error with a sentence */
  find(text: string): Uid {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (!text.includes('::')) throw new Error(`nothing here is called ${text}`)
    try {
      return parseUid(text)
    } catch {
      throw new Error(`"${text}" names no entity: write it like Team::"a"`)
    }
  }

  /** The value with names in place of which the type wants an entity, so that attributes may say `owner: ada`. */
  resolve(value: unknown, type: Type): unknown {
    if (type.kind === 'entity') return typeof value === 'string' ? this.find(value) : value
    if (type.kind === 'set' && Array.isArray(value)) return value.map((item) => this.resolve(item, type.element))
    if (type.kind === 'record' && typeof value === 'object' && value !== null) return this.record(value, type)
    return value
  }

  record(value: object, { attributes }: RecordType): { [name: string]: unknown } {
    const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
      const attribute = attributes.get(name)
      return [name, attribute === undefined ? inner : this.resolve(inner, attribute.type)]
    })
    return Object.fromEntries(entries)
  }
}
