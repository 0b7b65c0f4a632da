import { describe, expect, it } from 'vitest'
import { createInspector } from '../inspector.ts'
import { ask, told } from '../testing/ask.ts'
import type { Exception } from '../types.ts'

const text: Exception = {
  operation: 'POST /notes/{id}',
  place: 'body',
  name: '/items/*/text',
  by: 'sql',
  class: 'boolean',
}
const json = { 'Content-Type': 'application/json' }
const notes = (value: unknown) => JSON.stringify({ items: [{}, { text: value }] })
const attack = "a' or 1=1-- "
const send = (exceptions: readonly Exception[], line: string, body: string, now?: () => number) =>
  ask(createInspector({ exceptions, ...(now !== undefined && { now }) }), line, json, body)

describe('an exception', () => {
  it('lets through what it was made for, and nothing like it elsewhere', () => {
    expect(send([], 'POST /notes/7', notes(attack)).outcome).toBe('block')
    expect(send([text], 'POST /notes/7', notes(attack)).outcome).toBe('pass')
    const other = (line: string, body: string) =>
      expect(send([text], line, body).outcome, `${line} ${body}`).toBe('block')
    other('POST /notes/7', JSON.stringify({ items: [{ note: attack }] }))
    other('POST /notes/7', JSON.stringify({ items: { text: attack } }))
    other('PUT /notes/7', notes(attack))
    other('POST /other/7', notes(attack))
    other('POST /notes/7/more', notes(attack))
    other('POST /notes/%27+or+1=1--+', notes('fine'))
    other(`POST /notes/7?text=${encodeURIComponent(attack)}`, notes('fine'))
  })

  it('hides nothing that stands in the same value', () => {
    for (const beside of ['<script>alert(1)</script>', '; cat /etc/passwd']) {
      const { outcome, findings } = send([text], 'POST /notes/7', notes(`${attack}${beside}`))
      expect([outcome, findings.some(({ class: kind }) => kind === 'boolean')], beside).toEqual(['block', false])
    }
  })

  it('for one class holds for no other of the same detector', () => {
    const joined = "' or 1=1 union select password from users-- "
    expect(send([text], 'POST /notes/7', notes(joined)).outcome).toBe('block')
  })

  it('of a step in a list is none for names that a client chose', () => {
    const any: Exception = { operation: 'POST /notes', place: 'body', name: '/tags/*', by: 'sql' }
    expect(send([any], 'POST /notes', JSON.stringify({ tags: [attack] })).outcome).toBe('pass')
    const verdict = send([any], 'POST /notes', JSON.stringify({ tags: { [attack]: 'x' } }))
    expect([verdict.outcome, told(verdict).length]).toEqual(['block', 1])
    const named: Exception = { ...any, name: `/tags/${attack}` }
    expect(send([named], 'POST /notes', JSON.stringify({ tags: { [attack]: 'x' } })).outcome).toBe('pass')
  })

  it('of a step in a list is none for members of any name', () => {
    const any: Exception = { operation: 'POST /notes', place: 'body', name: '/*', by: 'sql' }
    expect(send([any], 'POST /notes', JSON.stringify([attack])).outcome).toBe('pass')
    // Whoever names a member `0` or `*` and has that excepted, would have all others with it.
    expect(send([any], 'POST /notes', JSON.stringify({ login: attack })).outcome).toBe('block')
    const all: Exception = { operation: 'GET /notes', place: 'query', name: '*', by: 'sql' }
    const ask2 = (query: string) => ask(createInspector({ exceptions: [all] }), `GET /notes?${query}`).outcome
    expect([ask2(`*=${encodeURIComponent(attack)}`), ask2(`q=${encodeURIComponent(attack)}`)]).toEqual([
      'pass',
      'block',
    ])
  })

  it('does nothing once it has ended, nor where nobody knows the time', () => {
    const ending = { ...text, until: 1000 }
    expect(send([ending], 'POST /notes/7', notes(attack), () => 999).outcome).toBe('pass')
    expect(send([ending], 'POST /notes/7', notes(attack), () => 1000).outcome).toBe('block')
    expect(send([ending], 'POST /notes/7', notes(attack)).outcome).toBe('block')
  })

  it('is not remembered for other headers and operations', () => {
    const header: Exception = { operation: 'GET /a', place: 'header', name: 'x-note', by: 'sql' }
    const inspector = createInspector({ exceptions: [header] })
    expect(ask(inspector, 'GET /a', { 'X-Note': attack }).outcome).toBe('pass')
    expect(ask(inspector, 'GET /a', { 'X-Other': attack }).outcome).toBe('block')
    expect(ask(inspector, 'GET /b', { 'X-Note': attack }).outcome).toBe('block')
    expect(ask(inspector, 'GET /a', { 'X-Note': attack }).outcome).toBe('pass')
  })
})
