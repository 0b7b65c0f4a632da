import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldError, toApiError } from './errors.ts'

describe('toApiError', () => {
  it('keeps what the problem document says', () => {
    const start = { line: 1, column: 1, offset: 0 }
    const error = toApiError(422, {
      type: 'http://localhost:7400/problems/policy_invalid',
      title: 'Invalid policy',
      status: 422,
      detail: 'The policy does not validate.',
      code: 'policy_invalid',
      requestId: 'r1',
      eventId: 'e1',
      errors: [{ path: 'text', message: 'is not a policy' }],
      findings: [
        { severity: 'error', message: 'oops', help: null, start, end: start },
        { severity: 'error', message: 'whole', start: null, end: null },
        { message: 'no place' },
      ],
    })
    expect(error.message).toBe('The policy does not validate.')
    expect(error.problem).toMatchObject({ code: 'policy_invalid', requestId: 'r1', eventId: 'e1' })
    expect(error.problem.errors).toEqual([{ path: 'text', message: 'is not a policy' }])
    expect(error.problem.findings).toHaveLength(2)
  })

  it('makes a sentence and a code of a body that is no problem document', () => {
    for (const body of [undefined, null, '<html>', [], { detail: 7 }]) {
      const error = toApiError(502, body)
      expect(error.problem.code).toBe('http_502')
      expect(error.message).toBe('The control plane answered 502')
    }
  })

  it('never throws, whatever came', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.anything(), (status, body) => {
        const { problem } = toApiError(status, body)
        expect(problem.detail).not.toBe('')
        expect(problem.code).not.toBe('')
      }),
    )
  })
})

describe('fieldError', () => {
  const error = toApiError(422, {
    errors: [
      { path: 'email', message: 'one' },
      { path: 'body.name', message: 'two' },
      { path: ['body', 'password'], message: 'three' },
      { path: '/publicPaths', message: 'four' },
    ],
  })
  it('finds a field however its path is written', () => {
    expect(['email', 'name', 'password', 'publicPaths'].map((field) => fieldError(error, field))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ])
  })
  it('does not take one field for another', () => {
    expect(fieldError(error, 'mail')).toBeUndefined()
    expect(fieldError(new Error('x'), 'email')).toBeUndefined()
    expect(fieldError(null, 'email')).toBeUndefined()
  })
})
