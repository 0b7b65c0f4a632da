import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Budget } from '../budget.ts'
import { classesOf } from '../classes.ts'
import { ADDRESS_DETECTORS, AGENT_DETECTORS } from '../detectors.ts'
import { readScript } from '../script/read.ts'

const ROOMS = [...new Set([...ADDRESS_DETECTORS, ...AGENT_DETECTORS])]

/** Pieces of the languages that the rooms read: what makes tokenisers change their state. */
const PIECES = [
  '<',
  '</',
  '<!--',
  '-->',
  '<![CDATA[',
  '<script>',
  '</script>',
  '<style>',
  '<a x="',
  '<a on=',
  '&#x',
  '&lt;',
  '"',
  "'",
  '`',
  '\\',
  '{',
  '${',
  '{{',
  '}}',
  '#{',
  '<%',
  '}',
  '$(',
  '$IFS',
  ';',
  '|',
  '&&',
  '\n',
  '\r\n',
  ' ',
  'cat ',
  'ls',
  '../',
  '..;/',
  '/etc/passwd',
  '\0',
  '<!ENTITY ',
  '<!DOCTYPE a ',
  'schemaLocation="',
  '(&(',
  ')(',
  'a=',
  '::',
  '|//',
  '$or:',
  '{"$ne":',
  '__proto__',
  'O:8:"',
  'rO0AB',
  '\xe5\x98\x8d',
  'http://',
  '127.',
  '0x7f',
  '%n',
  '*',
  '?',
  '[',
  ']',
  '(',
  ')',
  'a.b',
  'function(',
  'if(',
  '/*',
  '*/',
  '//',
  '#',
  '=',
  '+',
  'alert',
  '\x80',
] // prettier-ignore
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii', maxLength: 4 })), { maxLength: 60 })
  .map((parts) => parts.join(''))

it('no text makes a detector throw, and what is found lies in the text', () => {
  fc.assert(
    fc.property(text, (value) => {
      for (const detector of ROOMS) {
        const hit = detector.detect(value, Budget.of(value.length), classesOf(value))
        if (hit === null) continue
        expect(hit.start).toBeGreaterThanOrEqual(0)
        expect(hit.end).toBeGreaterThanOrEqual(hit.start)
        expect(hit.start).toBeLessThanOrEqual(value.length)
      }
    }),
  )
})

it('a prefilter passes over nothing that its detector finds', () => {
  fc.assert(
    fc.property(text, (value) => {
      const classes = classesOf(value)
      for (const detector of ROOMS)
        if (!detector.concerns(classes)) expect(detector.detect(value, Budget.of(value.length), classes)).toBeNull()
    }),
  )
})

it('a script is read to its end at most, once', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (value, afterOperand) => {
      const { end, calls } = readScript(value, 0, { afterOperand })
      expect(end).toBeLessThanOrEqual(value.length + 1)
      for (const { start, args } of calls) expect(start).toBeLessThanOrEqual(args)
    }),
  )
})
