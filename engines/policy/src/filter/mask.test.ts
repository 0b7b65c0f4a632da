import { expect, it } from 'vitest'
import { policySet } from '../testing/policies.ts'
import { fieldsOf, maskSql } from './index.ts'
import { entities, mapping, schema } from './testing/shelf.ts'

const set = policySet({
  names: 'permit(principal, action == Action::"seeName", resource);',
  contact: 'permit(principal, action == Action::"seeContact", resource) when { resource.owner == principal };',
  staff: 'permit(principal in Group::"staff", action == Action::"seeNotes", resource) when { resource.locked };',
})
const groups = {
  seeName: ['title'],
  seeContact: ['phone', 'mail'],
  seeNotes: ['notes', 'mail'],
  seeSecrets: ['secret', 'title'],
}
const visibility = (id: string) =>
  fieldsOf(set, { principal: { type: 'Person', id }, groups, resourceType: 'Book' }, entities, schema, {
    validated: true,
  })

it('tells what is seen always, in some rows, and never', () => {
  const { always, sometimes, never } = visibility('ann')
  expect(always).toEqual(['title'])
  expect(sometimes.map(({ field }) => field)).toEqual(['phone', 'mail', 'notes'])
  expect(never).toEqual(['secret'])
  expect(visibility('bob').never).toEqual(['notes', 'secret'])
})

it('makes columns: NULL where hidden, and a column that tells hidden from empty', () => {
  const columns = maskSql(visibility('bob'), mapping, { mail: 'e"mail' }, { alias: 'b', firstParameter: 3 })
  expect(columns.map(({ field, value, visible }) => [field, value.sql, visible.sql])).toEqual([
    ['title', '"b"."title"', 'TRUE'],
    ['phone', 'CASE WHEN ("b"."owner_id" = $3::text) THEN "b"."phone" END', '(("b"."owner_id" = $4::text) IS TRUE)'],
    ['mail', 'CASE WHEN ("b"."owner_id" = $5::text) THEN "b"."e""mail" END', '(("b"."owner_id" = $6::text) IS TRUE)'],
  ])
  expect(columns[2]?.value.parameters).toEqual(['bob'])
})
