import { createEngine } from '@holdfast/seclang'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { auditLine } from './audit-json.ts'

const rules = `SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecAuditEngine On
SecAuditLogParts ABCEFHIZ
SecRule ARGS|ARGS_NAMES|REQUEST_HEADERS|REQUEST_URI_RAW "@unconditionalMatch" "id:1,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}',logdata:'%{MATCHED_VAR}'"
SecAction "id:2,phase:2,pass,nolog,sanitiseArg:pin,sanitiseRequestHeader:X-Pin"`
const engine = createEngine({ files: new Map([['a.conf', rules]]), entries: ['a.conf'], clock: () => 0 })
const connection = { clientAddress: '::1', clientPort: 1, serverAddress: '::1', serverPort: 2, id: 'one' }

it('any request is one line of JSON, and what is hidden is in none', () => {
  const bytes = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes))
  const piece = fc.constantFrom(
    '"',
    ':',
    '{',
    '}',
    '&',
    '=',
    '\\',
    'pin',
    'a',
    ' ',
    '\n',
    '%',
    '[',
    ',',
    '\xe2\x80\xa8',
  )
  const text = fc.oneof(
    bytes,
    fc.array(piece).map((all) => all.join('')),
  )
  const header = fc.tuple(fc.constantFrom('X-A', 'Content-Type', '__proto__', 'Cookie'), text)
  const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', '']
  fc.assert(
    fc.property(text, fc.array(header), text, fc.constantFrom(...types), (target, more, body, type) => {
      const secret = 'q8w7e6r5t4'
      const headers = [...more, ['X-Pin', secret], ['Content-Type', type]] as const
      const whole =
        type === 'application/json' ? `{"pin":"${secret}","b":${JSON.stringify(body)}}` : `pin=${secret}&${body}`
      const transaction = engine.begin(connection)
      transaction.request({ method: 'POST', target: `/?pin=${secret}&${target}`, protocol: 'HTTP/1.1', headers })
      transaction.body(whole)
      const line = auditLine(
        {
          connection,
          began: 0,
          method: 'POST',
          target: `/?pin=${secret}&${target}`,
          version: '1.1',
          headers,
          body: Buffer.from(whole, 'latin1'),
          status: 200,
          answerHeaders: [],
          answerBody: Buffer.from(body, 'latin1'),
          audit: transaction.end(),
        },
        engine,
      )
      expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true)
      expect(JSON.parse(line)).toHaveProperty('transaction.messages')
      expect(line).not.toContain(secret)
    }),
    { numRuns: 300 },
  )
})
