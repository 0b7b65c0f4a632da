import { DETECTORS } from '@holdfast/detectors'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileApi, type ApiOptions } from './compile.ts'
import type { Plan, Shape } from './types.ts'

type Schemas = Readonly<Record<string, unknown>>

const document = (schema: unknown, schemas: Schemas = {}, version = '3.1.0') => ({
  openapi: version,
  paths: { '/x': { post: { requestBody: { content: { 'application/json': { schema } } }, responses: {} } } },
  components: { schemas },
})

function shapeOf(schema: unknown, schemas?: Schemas, version?: string, options?: ApiOptions): Shape {
  const api = compileApi(document(schema, schemas, version), options)
  if ('errors' in api) throw new Error(JSON.stringify(api.errors))
  const shape = api.operations[0]?.body?.content[0]?.schema
  if (shape == null) throw new Error('there is no shape')
  return shape
}

const errorsOf = (value: unknown): string[] => {
  const api = compileApi(value)
  return 'errors' in api ? api.errors.map(({ code }) => code) : []
}

describe('a document', () => {
  it.each<[string, unknown, string]>([
    ['is an object', [], 'document_malformed'],
    ['has a version', { openapi: '2.0' }, 'version_unsupported'],
    ['refers to itself alone', document({ $ref: 'https://x/y.json' }), 'reference_unsupported'],
    ['refers to what there is', document({ $ref: '#/components/schemas/No' }), 'reference_unknown'],
    ['has no other names for schemas', document({ $dynamicRef: '#x' }), 'reference_unsupported'],
    ['has patterns that can be run', document({ pattern: '(a)\\1' }), 'pattern_unsupported'],
    ['has schemas', document({ type: 'text' }), 'schema_invalid'],
    ['has schemas that are objects', document(7), 'schema_invalid'],
    [
      'is not too deep',
      document(Array.from({ length: 200 }).reduce<object>((inner) => ({ items: inner }), {})),
      'document_too_large',
    ],
    ['describes its path', { openapi: '3.1.0', paths: { '/{a}': { get: {} } } }, 'document_malformed'],
    [
      'has one path for a path',
      {
        openapi: '3.1.0',
        paths: Object.fromEntries(
          ['a', 'b'].map((name) => [`/{${name}}`, { get: { parameters: [{ name, in: 'path', schema: {} }] } }]),
        ),
      },
      'path_ambiguous',
    ],
  ])('%s', (_, value, code) => {
    expect(errorsOf(value)).toContain(code)
  })

  it('of 3.0 means what 3.0 says', () => {
    const schemas = { Id: { type: 'string', format: 'uuid' }, Name: { type: 'string', nullable: true, minLength: 2 } }
    const shape = shapeOf(
      {
        type: 'object',
        properties: {
          id: { $ref: '#/components/schemas/Id', maxLength: 1 },
          name: { $ref: '#/components/schemas/Name' },
          kind: { enum: ['a'], nullable: true, type: 'string' },
          n: { type: 'number', minimum: 0, exclusiveMinimum: true },
        },
      },
      schemas,
      '3.0.3',
    )
    expect(shape.check({ id: '6f9619ff-8b86-d011-b42d-00c04fc964ff', name: null, kind: null, n: 1 })).toBeNull()
    expect(shape.check({ n: 0 })?.keyword).toBe('exclusiveMinimum')
    expect(shape.check({ name: 'a' })?.keyword).toBe('minLength')
    expect(shape.plan.members?.get('id')?.text).toBeNull()
  })

  it('closes objects that name members, through composition, and no others', () => {
    const schemas = { Base: { type: 'object', properties: { a: { type: 'integer' } } } }
    const all = shapeOf(
      { allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { b: { type: 'integer' } } }] },
      schemas,
    )
    expect([all.check({ a: 1, b: 2 }), all.check({ a: 1, c: 2 })?.unknown]).toEqual([null, 'c'])
    expect(shapeOf({ type: 'object' }).check({ any: 1 })).toBeNull()
    expect(shapeOf({ properties: { a: true }, additionalProperties: true }).check({ b: 1 })).toBeNull()
    expect(
      shapeOf({ $ref: '#/components/schemas/Base' }, schemas, '3.1.0', { unknownFields: 'inspect' }).check({ b: 1 }),
    ).toBeNull()
    const one = shapeOf({
      oneOf: [
        { properties: { a: true }, required: ['a'] },
        { properties: { b: true }, required: ['b'] },
      ],
    })
    expect([one.check({ a: 1 }), one.check({ a: 1, c: 1 })?.unknown]).toEqual([null, 'c'])
    expect(shapeOf({ not: { properties: { a: { const: 1 } } } }).check({ a: 2, b: 1 })).toBeNull()
  })

  it('warns of what checks nothing', () => {
    const api = compileApi(document({ type: 'string', maxlength: 3, format: 'iban' }))
    expect('warnings' in api ? api.warnings.map(({ code }) => code) : []).toEqual(['keyword_unknown', 'format_unknown'])
  })
})

describe('what is left to inspect', () => {
  const textOf = (schema: unknown) => shapeOf({ properties: { a: schema } }).plan.members?.get('a')?.text

  it.each([
    { type: 'integer' },
    { type: ['number', 'null'] },
    { type: 'boolean' },
    { enum: ["'--"] },
    { const: 'x' },
    { type: 'string', format: 'uuid' },
    { type: 'string', format: 'date-time' },
    { type: 'string', format: 'ipv4' },
    { type: 'string', pattern: '^[A-Za-z0-9_-]{1,20}$' },
    { allOf: [{ type: 'string' }, { format: 'date' }] },
    { anyOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] },
    { type: 'string', 'x-holdfast-content': 'none' },
  ])('is nothing: %j', (schema) => {
    expect(textOf(schema)).toBeNull()
  })

  it.each([
    { type: 'string' },
    {},
    { type: 'string', maxLength: 5 },
    { pattern: '[a-z]' },
    { pattern: '^[a-z]' },
    { type: 'string', format: 'email' },
    { type: 'string', format: 'uri' },
    { format: 'made-up' },
    { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    { oneOf: [{ format: 'uuid' }, true] },
    { if: { format: 'uuid' } },
    { not: { type: 'string', format: 'uuid' } },
    { pattern: "^[a-z' ]+$" },
  ])('is text: %j', (schema) => {
    expect(textOf(schema)).not.toBeNull()
  })

  it('is less where the name or the format says what it is', () => {
    const names = (look: Plan['text'] | undefined) => look?.detectors.map(({ name }) => name) ?? []
    const prose = shapeOf({ properties: { comment: { type: 'string' }, target: { type: 'string' } } }).plan.members
    expect(names(prose?.get('target')?.text)).toEqual(DETECTORS.map(({ name }) => name))
    expect(names(prose?.get('comment')?.text)).not.toContain('path')
    expect(names(textOf({ type: 'string', format: 'html' }))).not.toContain('html')
    expect(textOf({ type: 'string', contentEncoding: 'base64' })?.base64).toBe(true)
  })

  it('is never nothing where a text of any kind fits', () => {
    const leaf = fc.constantFrom<unknown>(
      {},
      { type: 'string' },
      { type: 'integer' },
      { format: 'uuid' },
      { enum: [1, 'a'] },
      { pattern: '^[a-z]+$' },
      { pattern: 'a' },
      true,
      false,
    )
    const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
      schema: fc.oneof(
        { depthSize: 'small' },
        leaf,
        ...(['allOf', 'anyOf', 'oneOf'] as const).map((keyword) =>
          fc.record({ [keyword]: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
        ),
        fc.record({ not: tie('schema') }),
        // oxlint-disable-next-line unicorn/no-thenable -- it is the keyword
        fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }),
        fc.record({ properties: fc.record({ b: tie('schema') }), items: tie('schema') }),
        fc.record({ additionalProperties: tie('schema') }),
      ),
    }))
    const evil = "a' OR 1=1--<x>"
    const values = [evil, { b: evil }, { c: evil }, [evil], { b: { b: evil } }, [{ b: evil }]]
    const reaches = (plan: Plan | null, value: unknown): boolean => {
      if (plan === null) return false
      if (typeof value === 'string') return plan.text !== null
      const [name, below] = Object.entries(value as object)[0] ?? ['', '']
      return reaches(Array.isArray(value) ? plan.items : (plan.members?.get(name) ?? plan.rest), below)
    }
    fc.assert(
      fc.property(schema, (made) => {
        const shape = shapeOf(made)
        for (const value of values)
          if (shape.check(value) === null) expect(reaches(shape.plan, value), JSON.stringify([made, value])).toBe(true)
      }),
    )
  })
})
