import { expect, it } from 'vitest'
import { createInspector } from '../inspector.ts'

const inspector = createInspector()

function outcomeOf(text: string): string {
  const body = Buffer.from(text)
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length)]
  return inspector.begin({ method: 'POST', target: '/', headers }).body(body).outcome
}

it.each(['{"__proto__":{"a":1}}', '{"a":[{"__proto__":1}]}', '{"constructor":{"prototype":{"a":1}}}'])(
  'members of JSON that reach the prototype of all objects: %s',
  (text) => expect(outcomeOf(text)).toBe('block'),
)

it.each(['{"constructor":"Ferrari"}', '{"prototype":{"built":2026}}', '{"constructor":{"name":"a"}}', '{"proto":1}'])(
  'members that are called almost so pass: %s',
  (text) => expect(outcomeOf(text)).toBe('pass'),
)
