import { describe, expect, it } from 'vitest'
import { accountChange, baseEvent, completeEvent, defineEvents, describeEvent, either, severityIds } from '../index.ts'

const stamp = { id: '01907f3e-1111-7111-8111-111111111111', time: new Date('2026-01-02T03:04:05.678Z') }
const product = { name: 'Holdfast', vendor_name: 'Holdfast', version: '1.2.3' }

describe('a definition', () => {
  it.each(['Session.started', 'a..b', '', 'a b', 'x'.repeat(65)])('of the kind %j is refused', (kind) => {
    expect(() => defineEvents({ [kind]: baseEvent('Other', 'x') })).toThrow(RangeError)
  })

  it('has the usual severities, its own, or one for all', () => {
    expect(baseEvent('Other', 'x').severity).toEqual({ success: 'Informational', refused: 'Low', failure: 'Medium' })
    expect(baseEvent('Other', 'x', { severity: { refused: 'Fatal' } }).severity.refused).toBe('Fatal')
    const high = baseEvent('Other', 'x', { severity: 'High' })
    const event = completeEvent({ kind: 'a.b', outcome: 'success' }, stamp)
    const { document } = describeEvent(event, { definition: high, tenant: 't', product })
    expect(document.severity_id).toBe(severityIds.High)
  })

  it('may choose its activity by the event', () => {
    const definition = accountChange(
      either(['Enable', 'Disable'], ({ data }) => (data['on'] === true ? 'Enable' : 'Disable')),
      'Switched.',
    )
    const activityOf = (on: boolean) => {
      const event = completeEvent({ kind: 'a.b', outcome: 'success', data: { on } }, stamp)
      return describeEvent(event, { definition, tenant: 't', product }).document.activity_id
    }
    expect([activityOf(true), activityOf(false)]).toEqual([2, 5])
  })
})
