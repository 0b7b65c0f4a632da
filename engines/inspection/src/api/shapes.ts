import type { Detector } from '@holdfast/detectors'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { Converter, type Direction } from './convert.ts'
import type { Document } from './document.ts'
import { FORMATS, NUMBER_FORMATS } from './formats.ts'
import { Planner } from './plan.ts'
import { readingOf } from './reading.ts'
import type { Invalid, Shape } from './types.ts'

const BASE = 'holdfast:api'

export interface ShapesOptions {
  /** Objects have no members but those that are described. */
  readonly closed: boolean
  readonly detectors: readonly Detector[]
}

/** Compiles the schemas of one direction; `compile` after the last `add`. */
export class Shapes {
  readonly #document: Document
  readonly #converter: Converter
  readonly #planner: Planner
  readonly #checks: Record<string, unknown> = {}
  readonly #bySchema = new Map<unknown, Map<string, Shape>>()
  #validate: ((name: string) => ValidateFunction | undefined) | undefined
  #count = 0

  constructor(document: Document, direction: Direction, { closed, detectors }: ShapesOptions) {
    this.#document = document
    this.#converter = new Converter(document, direction, closed)
    this.#planner = new Planner(document, closed, detectors)
  }

  /** @param name of the parameter; empty for a body */
  add(schema: unknown, at: string, name = ''): Shape {
    const named = this.#bySchema.get(schema) ?? new Map<string, Shape>()
    this.#bySchema.set(schema, named)
    const known = named.get(name)
    if (known !== undefined) return known
    const key = `s${this.#count++}`
    this.#checks[key] = this.#converter.value(schema, at)
    let check: ((value: unknown) => Invalid | null) | undefined
    const shape: Shape = {
      check: (value) => (check ??= checkOf(this.#validate?.(key)))(value),
      reading: readingOf(this.#document, schema),
      plan: this.#planner.plan(schema, name),
    }
    named.set(name, shape)
    return shape
  }

  /** Compiles to code, once for all: what is asked later costs no compiling. */
  compile(): void {
    this.#planner.finish()
    if (this.#document.problems.errors.length > 0) return
    const ajv = new Ajv2020({
      strict: false,
      meta: false,
      validateSchema: false,
      ownProperties: true,
      allErrors: false,
      messages: true,
      logger: false,
      code: { regExp: this.#regExp() },
    })
    for (const [format, { check }] of FORMATS) ajv.addFormat(format, { type: 'string', validate: check })
    for (const [format, check] of NUMBER_FORMATS) ajv.addFormat(format, { type: 'number', validate: check })
    const all = { $id: BASE, $defs: { ...this.#converter.definitions, ...this.#checks } }
    const problem = schemaProblem(all)
    if (problem !== null) {
      this.#document.problems.error('schema_invalid', '', problem)
      return
    }
    try {
      ajv.addSchema(all)
      const compiled = new Map(Object.keys(this.#checks).map((key) => [key, ajv.getSchema(`${BASE}#/$defs/${key}`)]))
      this.#validate = (key) => compiled.get(key)
    } catch (error) {
      this.#document.problems.error('schema_invalid', '', error instanceof Error ? error.message : String(error))
    }
  }

  /** Patterns are run by our automata, never by an engine that backtracks. */
  #regExp(): ((source: string) => { test(text: string): boolean; toString(): string }) & { code: string } {
    const make = (source: string) => {
      const pattern = this.#document.pattern(source)
      if (typeof pattern === 'string') throw new Error(`pattern: ${pattern}`)
      return { test: (text: string) => pattern.test(text), toString: () => source }
    }
    return Object.assign(make, { code: 'holdfast' })
  }
}

let meta: Ajv2020 | undefined

/** What is wrong with schemas as such, by the schema of schemas, which is compiled once. */
function schemaProblem(schema: object): string | null {
  meta ??= new Ajv2020({ strict: false, logger: false, validateFormats: false })
  if (meta.validateSchema(schema) === true) return null
  const [first] = meta.errors ?? []
  return first === undefined ? 'a schema is not valid' : `${first.instancePath} ${first.message ?? 'is not valid'}`
}

function checkOf(validate: ValidateFunction | undefined): (value: unknown) => Invalid | null {
  if (validate === undefined)
    return () => ({ at: '', keyword: 'schema', message: 'the schema was not compiled', unknown: null })
  return (value) => (validate(value) ? null : invalidOf(validate.errors?.at(-1)))
}

function invalidOf(error: ErrorObject | undefined): Invalid {
  if (error === undefined) return { at: '', keyword: 'schema', message: 'is not valid', unknown: null }
  const { instancePath, keyword, message = 'is not valid', params } = error
  const member: unknown = params['unevaluatedProperty'] ?? params['additionalProperty']
  return { at: instancePath, keyword, message, unknown: typeof member === 'string' ? member : null }
}
