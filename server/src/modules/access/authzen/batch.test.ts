import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ok, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import type { AskOne } from './ask.ts'
import { evaluations } from './batch.ts'
import type { Decision } from './decision.ts'
import { EvaluationsRequest } from './requests.ts'

const base = { subject: { type: 'user', id: 'a' }, resource: { type: 'doc', id: '1' } }

/** Permits what is called yes, denies what is called no, and cannot decide anything else. */
const askOne: AskOne = async ({ action: { name } }) => {
  if (name !== 'yes' && name !== 'no') return refuse(errors.evaluation_invalid, { problem: 'a value' })
  const decision = name === 'yes' ? 'allow' : 'deny'
  return ok({ decision, reasons: [], errors: [], text: '', nearest: null })
}

async function decide(semantic: string | null, names: readonly string[]): Promise<boolean[]> {
  const request = {
    ...base,
    evaluations: names.map((name) => ({ action: { name } })),
    options: { evaluations_semantic: semantic },
  }
  const answered = await evaluations(EvaluationsRequest.parse(request), askOne, async () => {})
  if (!answered.ok || !('evaluations' in answered.value)) throw new Error('expected a list')
  return answered.value.evaluations.map(({ decision }) => decision)
}

describe('the semantics of a batch (section 7.1.2.1)', () => {
  it.each([
    [null, ['yes', 'no', 'bad', 'yes'], [true, false, false, true]],
    ['execute_all', ['no', 'yes'], [false, true]],
    ['deny_on_first_deny', ['yes', 'yes', 'no', 'yes'], [true, true, false]],
    ['deny_on_first_deny', ['yes', 'bad', 'yes'], [true, false]],
    ['deny_on_first_deny', ['yes', 'yes'], [true, true]],
    ['permit_on_first_permit', ['no', 'bad', 'yes', 'no'], [false, false, true]],
    ['permit_on_first_permit', ['no', 'bad'], [false, false]],
  ])('%s of %j', async (semantic, names, expected) => {
    expect(await decide(semantic, names)).toEqual(expected)
  })

  it('an evaluation that cannot be decided says why', async () => {
    const request = EvaluationsRequest.parse({
      ...base,
      evaluations: [{ action: { name: 'bad' } }, 'text', { action: {} }],
    })
    const answered = await evaluations(request, askOne, async () => {})
    const list = answered.ok && 'evaluations' in answered.value ? answered.value.evaluations : []
    expect(list.map(({ decision, context }) => [decision, 'error' in context && context.error.status])).toEqual([
      [false, 400],
      [false, 400],
      [false, 400],
    ])
    expect(JSON.stringify(list[0])).toMatch(/evaluation_invalid.*a value/)
    expect(JSON.stringify(list[2])).toMatch(/action\.name/)
  })

  it('whatever the items are, each has a decision, and only what is whole can be permitted', async () => {
    const item = fc.oneof(
      fc.jsonValue(),
      fc.record({ action: fc.record({ name: fc.constantFrom('yes', 'no', 'bad') }) }),
      fc.record({ subject: fc.jsonValue(), action: fc.constant({ name: 'yes' }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 5 }), async (items) => {
        const answered = await evaluations(
          EvaluationsRequest.parse({ ...base, evaluations: items }),
          askOne,
          async () => {},
        )
        if (!answered.ok || !('evaluations' in answered.value)) throw new Error('expected a list')
        const list: readonly Decision[] = answered.value.evaluations
        expect(list).toHaveLength(items.length)
        for (const [at, { decision }] of list.entries()) {
          if (decision) expect(items[at]).toMatchObject({ action: { name: 'yes' } })
        }
      }),
    )
  })
})
