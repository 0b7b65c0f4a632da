import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outgoingEvent } from '../testing/items.ts'
import { octetCounted, type SyslogSender, syslogMessage } from './syslog-message.ts'

const sender: SyslogSender = {
  settings: { facility: 13, appName: 'holdfast', enterpriseId: '32473' },
  hostname: 'holdfast.example.com',
  processId: '4711',
  most: 65_507,
}

/** RFC 5424, section 6, as a reader: header, structured data, message. */
function parse(text: string) {
  const head =
    /^<(\d{1,3})>1 (\S+) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) /.exec(text)
  if (head === null) throw new Error(`no header: ${text.slice(0, 100)}`)
  let rest = text.slice(head[0].length)
  const id = /^\[([^ =\]"]{1,32})/.exec(rest)
  if (id === null) throw new Error('no structured data')
  rest = rest.slice(id[0].length)
  const parameters: Record<string, string> = {}
  for (;;) {
    const pair = /^ ([^ =\]"]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"/.exec(rest)
    if (pair === null) break
    parameters[pair[1] ?? ''] = (pair[2] ?? '').replaceAll(/\\(["\\\]])/g, '$1')
    rest = rest.slice(pair[0].length)
  }
  if (!rest.startsWith('] ')) throw new Error(`the structured data does not end: ${rest.slice(0, 100)}`)
  const [, priority, time, host, app, processId, messageId] = head
  return {
    priority: Number(priority),
    time,
    host,
    app,
    processId,
    messageId,
    id: id[1],
    parameters,
    message: rest.slice(2),
  }
}

describe('a message of RFC 5424', () => {
  test('says in its structured data what and where the event is, and holds it as JSON', () => {
    const event = outgoingEvent(7, { severity: 4 })
    const text = syslogMessage(event, sender).toString()
    expect(parse(text)).toEqual({
      // facility 13 "log audit", severity 3 "error"
      priority: 107,
      time: '2026-01-31T12:00:07.000Z',
      host: 'holdfast.example.com',
      app: 'holdfast',
      processId: '4711',
      messageId: 'thing.done',
      id: 'holdfast@32473',
      parameters: { seq: '7', id: event.id, kind: 'thing.done', outcome: 'success' },
      message: event.json,
    })
  })

  test('says which events are gone', () => {
    const gap = syslogMessage({ is: 'gap', from: 8, to: 11, count: 3, time: new Date(0) }, sender).toString()
    expect(parse(gap)).toMatchObject({
      priority: 108,
      messageId: 'gap',
      parameters: { gapFrom: '8', gapTo: '11', gapCount: '3' },
      message: '{"gap":{"from":8,"to":11,"count":3}}',
    })
  })

  test('that is too long is cut, and says so with its length', () => {
    const event = outgoingEvent(7, { message: 'ä'.repeat(5000) })
    const cut = syslogMessage(event, { ...sender, most: 480 })
    expect(cut).toHaveLength(480)
    const whole = parse(syslogMessage(event, sender).toString())
    const { parameters, message } = parse(cut.toString())
    expect(parameters).toMatchObject({ seq: '7', id: event.id, truncated: String(whole.message.length) })
    expect(whole.parameters).not.toHaveProperty('truncated')
    expect(whole.message.startsWith(message)).toBe(true)
    expect(JSON.parse(whole.message)).toEqual(event.document)
  })

  test('nothing that an event holds ends its message, its field or its value', () => {
    const anything = fc.string({
      unit: fc.constantFrom('"', '\\', ']', '[', ' ', '=', '\n', '\r', '\0', 'a', 'ä', '\u{20000}', '\ud800'),
    })
    fc.assert(
      fc.property(anything, anything, fc.integer({ min: 480, max: 1000 }), (kind, text, most) => {
        const event = outgoingEvent(1, { kind, requestId: text, message: text })
        const whole = syslogMessage(event, sender).toString()
        expect(whole).toMatch(/^[\x20-\x7e]+$/)
        const { parameters, message } = parse(whole)
        expect(JSON.parse(message)).toEqual(JSON.parse(event.json))
        expect(parameters['kind']).toBe(escaped(kind))
        expect(parameters['requestId']).toBe(escaped(text))
        const cut = syslogMessage(event, { ...sender, most })
        expect(cut.length).toBeLessThanOrEqual(most)
      }),
    )
  })

  test('names that are no names do not break the header', () => {
    const odd = { ...sender, hostname: 'with space\n', settings: { ...sender.settings, appName: 'ä'.repeat(60) } }
    expect(parse(syslogMessage(outgoingEvent(1), odd).toString())).toMatchObject({ host: 'with_space_' })
    expect(syslogMessage(outgoingEvent(1), { ...sender, hostname: '' }).toString()).toContain('Z - holdfast')
  })
})

test('octets are counted, not characters', () => {
  expect(octetCounted(Buffer.from('ä')).toString()).toBe('2 ä')
})

/** What the value of a parameter is: ASCII, with escapes for the rest. */
function escaped(text: string): string {
  return text
    .split('')
    .map((unit) => (/[\x20-\x7e]/.test(unit) ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('')
}
