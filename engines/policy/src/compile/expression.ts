import { PolicyError } from '../errors.ts'
import { isObject, type JsonObject } from '../shape.ts'
import { ACCESS } from './access.ts'
import { compileExtension } from './extension.ts'
import { HIERARCHY } from './hierarchy.ts'
import { LOGIC } from './logic.ts'
import { OPERATORS } from './operators.ts'
import type { Code } from './run.ts'
import { SETS } from './sets.ts'

/** How deep an expression may be nested, and of how many expressions a policy may consist. */
const EXPRESSION_DEPTH = 500
const POLICY_NODES = 50_000

/** The compilation of one policy: where it stands, how deep it is and how much it has seen. */
export class Compilation {
  readonly path: string
  #depth = 0
  #nodes = 0

  constructor(path: string) {
    this.path = path
  }

  /** Compiles one expression: an object with exactly one key, the operator. */
  expression(json: unknown): Code {
    if (++this.#nodes > POLICY_NODES) {
      throw new PolicyError('policy_too_large', `more than ${POLICY_NODES} expressions`, this.path)
    }
    if (++this.#depth > EXPRESSION_DEPTH) {
      throw new PolicyError('policy_too_deep', `nested more than ${EXPRESSION_DEPTH} deep`, this.path)
    }
    if (!isObject(json)) return this.refuse('an expression must be an object')
    const [operator, ...others] = Object.keys(json)
    if (operator === undefined || others.length > 0) return this.refuse('an expression must have exactly one operator')
    const compile = COMPILERS.get(operator)
    const code =
      compile === undefined ? compileExtension(operator, json[operator], this) : compile(json[operator], this)
    this.#depth--
    return code
  }

  /** The operand of that name, compiled. */
  operand(body: unknown, name: string): Code {
    return this.expression(this.body(body)[name])
  }

  /** The operator's body, an object. Its properties are own or undefined: see `text`. */
  body(body: unknown): JsonObject {
    return isObject(body) ? body : this.refuse('the body of an operator must be an object')
  }

  /** The text of that name in the operator's body. */
  text(body: unknown, name: string): string {
    const object = this.body(body)
    const text = Object.hasOwn(object, name) ? object[name] : undefined
    return typeof text === 'string' ? text : this.refuse(`\`${name}\` must be a string`)
  }

  refuse(message: string): never {
    throw new PolicyError('policy_malformed', message, this.path)
  }
}

/** Compiles the body of one operator. */
export type Compile = (body: unknown, compilation: Compilation) => Code

const COMPILERS: ReadonlyMap<string, Compile> = new Map([...LOGIC, ...OPERATORS, ...ACCESS, ...SETS, ...HIERARCHY])
