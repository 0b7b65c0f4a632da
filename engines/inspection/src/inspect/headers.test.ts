import { expect, test } from 'vitest'
import { createInspector } from '../inspector.ts'
import { ask, told } from '../testing/ask.ts'

const SQL = "' UNION SELECT password FROM users -- "
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
const say = (name: string, value: string) => ask(createInspector(), 'GET /x', { [name]: value })

test.each([
  ['Authorization', basic(`${SQL}:x`)],
  ['Authorization', `Digest username="${SQL}", realm="a", uri="/", response="0"`],
  ['Authorization', `digest realm="a", uri="/?q=${SQL}"`],
  ['Authorization', `Bearer ${SQL}`],
  ['If-None-Match', SQL],
  ['If-Match', `"a", "${SQL}"`],
  ['Range', SQL],
  ['Origin', `https://shop.example${SQL}`],
  ['Sec-WebSocket-Protocol', SQL],
])('%s: %s is refused, and no credential is told', (name, value) => {
  const verdict = say(name, value)
  expect(verdict.outcome).toBe('block')
  if (name === 'Authorization') expect(JSON.stringify(verdict)).not.toContain('FROM users')
})

test.each([
  ['Authorization', basic(`o'brien@shop.example:${SQL}`)],
  [
    'Authorization',
    'Digest username="Mufasa", realm="a@b", nonce="7ypf/xl==", uri="/dir?a=b", qop=auth, response="8c"',
  ],
  ['Authorization', 'Bearer eyJhbGciOi.JzdWIi_-.c2ln=='],
  ['Authorization', 'Bearer 1|abcDEF'],
  ['Authorization', 'AWS4-HMAC-SHA256 Credential=A/2026/eu/s3/aws4_request, SignedHeaders=host, Signature=fe'],
  ['If-None-Match', 'W/"33a6--gzip", "b"'],
  ['If-Match', '*'],
  ['Range', 'bytes=0-99, 200-'],
  ['Origin', 'https://[::1]:8443'],
  ['Origin', 'null'],
  ['Sec-WebSocket-Protocol', 'graphql-transport-ws, v4.channel.k8s.io'],
])('%s: %s passes', (name, value) => {
  expect(told(say(name, value))).toEqual([])
})
