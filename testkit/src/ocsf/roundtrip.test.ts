import {
  classes,
  completeEvent,
  describeEvent,
  ERASED,
  type EventDefinition,
  undefinedKind,
  valueAt,
  viewOf,
  withValues,
} from '@holdfast/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyEvent, markedData } from './any-event.ts'
import { everyKind, product } from './kinds.ts'

const described = (definition: EventDefinition) => ({ definition, tenant: 'acme', product })

describe('every kind that is defined', () => {
  it('is many', () => expect(everyKind.length).toBeGreaterThan(40))

  it.each(everyKind)('%s: the document is of its class, and the view of it is the event', (kind, definition) => {
    fc.assert(
      fc.property(anyEvent(kind), (event) => {
        const { document } = describeEvent(event, described(definition))
        const { personal: _, ...view } = event
        expect(viewOf(document)).toEqual(view)
        expect(viewOf(JSON.parse(JSON.stringify(document)) as typeof document)).toEqual(view)
        expect(classes.get(document.class_uid)?.schema.safeParse(document).error).toBeUndefined()
      }),
      { numRuns: 30 },
    )
  })
})

describe('personal data', () => {
  const ada = { type: 'Person', id: 'ada' }
  const eve = { type: 'Person', id: 'eve' }
  const stamp = { id: '019c0000-0000-7000-8000-000000000002', time: new Date(0) }
  const source = { address: '203.0.113.77', userAgent: 'tell-tale agent' }
  const values = ['tell-tale name', 'tell-tale data', source.address, source.userAgent]

  it.each(everyKind)(
    '%s: every place of it is told, and nothing of it is left when these are erased',
    (kind, definition) => {
      for (const outcome of ['success', 'refused', 'failure'] as const) {
        const actor = { ...ada, name: 'tell-tale name' }
        const event = completeEvent(
          { kind, outcome, actor, resource: eve, data: markedData(eve, 'tell-tale data') },
          { ...stamp, source },
        )
        const { document, personal } = describeEvent(event, described(definition))
        expect(new Set(personal.map(({ subject }) => subject))).toEqual(new Set(['Person/ada', 'Person/eve']))
        for (const { pointer } of personal) expect(values).toContain(valueAt(document, pointer))
        const erased = withValues(
          document,
          personal.map(({ pointer }) => [pointer, ERASED]),
        )
        for (const value of values) expect(JSON.stringify(erased)).not.toContain(value)
        expect(viewOf(erased)).toMatchObject({ kind, actor: { ...ada, name: ERASED }, source: { address: ERASED } })
      }
    },
  )

  it('of a request by nobody that we know is nobody’s, and the name of a service is none', () => {
    const refused = { kind: 'credential.refused', outcome: 'refused' } as const
    const nobody = describeEvent(completeEvent(refused, { ...stamp, source }), described(undefinedKind))
    const service = { type: 'Service', id: 's', name: 'deploy' }
    const machine = describeEvent(
      completeEvent({ ...refused, actor: service }, { ...stamp, source }),
      described(undefinedKind),
    )
    for (const { personal } of [nobody, machine]) {
      expect(personal).toEqual([
        { pointer: '/src_endpoint/ip', subject: null },
        { pointer: '/http_request/user_agent', subject: null },
      ])
    }
  })
})
