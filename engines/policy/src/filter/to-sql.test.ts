import { describe, expect, it } from 'vitest'
import { FilterError, type TableMapping, toSql } from './index.ts'
import { mapping, permit, residual, sqlOf } from './testing/shelf.ts'

describe('values', () => {
  it('are parameters, whatever they are', () => {
    const evil = `x'; DROP TABLE books; --"\\\\`
    const { sql, parameters, strings } = toSql(
      residual(permit('resource.title == context.s || [context.s, "a"].contains(resource.title)'), { s: evil }),
      mapping,
      { alias: 'b', firstParameter: 7 },
    )
    expect(sql).toBe('(("b"."title" = $7::text OR ("b"."title" = ANY($8::text[]))) AND "b"."title" IS NOT NULL)')
    expect(parameters).toEqual([evil, [evil, 'a']])
    expect(strings).toHaveLength(3)
    expect(strings.join('')).not.toContain('DROP')
  })

  it('that no column can hold are equal to none: the database is not asked', () => {
    const of = (text: string) => toSql(residual(permit('resource.title == context.s'), { s: text }), mapping).sql
    expect(of('a\0')).toBe('(FALSE)')
    expect(of('\ud800')).toBe('(FALSE)')
    expect(of('ok')).toBe('("books"."title" = $1::text)')
    expect(sqlOf('resource.title like "*\\0*"')).toBe('((FALSE))')
  })

  it('that are ids fit the column, or are nobody', () => {
    const stored = (as: 'uuid' | 'bigint', id: string) => {
      const attributes = { owner: { column: 'owner_id', as } }
      const person = { __entity: { type: 'Person', id } }
      return toSql(residual(permit('resource.owner == context.person'), { person }), { ...mapping, attributes }).sql
    }
    expect(stored('uuid', '01900000-0000-7000-8000-00000000000a')).toContain('$1::uuid')
    expect(stored('uuid', '01900000-0000-7000-8000-00000000000A')).toBe('(FALSE)')
    expect(stored('uuid', "' OR TRUE")).toBe('(FALSE)')
    expect(stored('bigint', '42')).toContain('$1::bigint')
    for (const id of ['042', '4.2', '9223372036854775808', '1e3', '', '-0'])
      expect(stored('bigint', id)).toBe('(FALSE)')
  })
})

describe('names', () => {
  const named = (name: string): TableMapping => ({ ...mapping, attributes: { title: name } })

  it('are quoted', () => {
    const { sql } = toSql(residual(permit('resource.title == "x"')), named('a" = "a" OR TRUE --'), { alias: 'b"' })
    expect(sql).toBe('("b"""."a"" = ""a"" OR TRUE --" = $1::text)')
  })

  it('that PostgreSQL would cut off, or cannot have, are refused', () => {
    const ask = (name: string) => () => toSql(residual(permit('resource.title == "x"')), named(name))
    for (const name of ['', 'a\0b', 'x'.repeat(64), 'ü'.repeat(32), '\ud800']) expect(ask(name)).toThrow(FilterError)
    expect(ask('x'.repeat(63))).not.toThrow()
  })

  it('of the row are qualified where there is a subquery, or it is refused', () => {
    const { table: _, ...nameless } = mapping
    const residuals = residual(permit('resource in Folder::"f"'))
    expect(() => toSql(residuals, nameless)).toThrow('alias')
    expect(toSql(residuals, nameless, { alias: 'b' }).sql).toContain('"b"."folder"')
    expect(() => toSql(residuals, mapping, { alias: 'holdfast' })).toThrow('holdfast')
    expect(toSql(residual(permit('resource.locked')), nameless).sql).toBe('(("locked"))')
    expect(toSql(residual(permit('resource.locked')), { ...mapping, table: 'public.books' }).sql).toBe(
      '(("public"."books"."locked"))',
    )
  })
})

describe('the mapping', () => {
  const refused = (expression: string, more: Partial<TableMapping>) => {
    try {
      sqlOf(expression, more)
    } catch (error) {
      if (error instanceof FilterError) return error.code
    }
    return 'made'
  }

  it('must have a column for what is read', () => {
    expect(refused('resource.title == "x"', { attributes: {} })).toBe('filter_mapping')
    expect(refused('resource.hasTag("x")', { tags: undefined as never })).toBe('filter_mapping')
  })

  it('must say what the rows are in, wherever the schema lets them be', () => {
    const { parents: _, ...rootless } = mapping
    expect(() => toSql(residual(permit('resource in Folder::"f"')), rootless)).toThrow('parents')
    expect(refused('resource in Folder::"f"', { parents: [] })).toBe('filter_mapping')
    const column = { kind: 'column', type: 'Folder', column: 'folder' } as const
    expect(refused('resource in Folder::"f"', { parents: [column] })).toBe('filter_mapping')
    expect(refused('resource in Folder::"f"', { parents: [{ ...column, above: 'known' }] })).toBe('made')
    expect(sqlOf('resource in Group::"staff"', { parents: [] })).toBe('((FALSE))')
  })

  it('of a set in a table of its own cannot be optional', () => {
    expect(refused('resource has region', { attributes: { region: { table: 't', owner: 'o', value: 'v' } } })).toBe(
      'filter_unsupported',
    )
  })
})

it('follows the groups that decisions know', () => {
  const { parameters } = toSql(residual(permit('resource.owner in Group::"staff"')), mapping)
  expect(parameters).toEqual([['ann']])
  expect(toSql(residual(permit('principal in resource.readers')), mapping).parameters).toEqual([['ann']])
})

it('says once what several policies have in common', () => {
  const texts = {
    one: permit('resource.title == "x"'),
    two: permit('resource.title == "x"'),
    three: permit('resource.title == "y"'),
  }
  expect(toSql(residual(texts), mapping, { alias: 'b' })).toMatchObject({
    sql: '(("b"."title" = $1::text OR "b"."title" = $2::text) AND "b"."title" IS NOT NULL)',
    parameters: ['x', 'y'],
  })
})
