import { describe, expect, it } from 'vitest'
import { authentication, completeEvent, describeEvent, httpActivity, type NewEvent, undefinedKind } from './index.ts'

const stamp = {
  id: '01907f3e-1111-7111-8111-111111111111',
  time: new Date('2026-01-02T03:04:05.678Z'),
  source: { address: '203.0.113.7', userAgent: 'curl/8.5.0' },
  requestId: '01907f3e-2222-7222-8222-222222222222',
}
const product = { name: 'Holdfast', vendor_name: 'Holdfast', version: '1.2.3' }

describe('describeEvent', () => {
  it('makes of a sign-in what a reader of OCSF expects', () => {
    const definition = authentication('Logon', 'A person signed in.')
    const event = completeEvent(
      {
        kind: 'session.started',
        outcome: 'success',
        actor: { type: 'Person', id: 'ada', name: 'Ada' },
        resource: { type: 'Session', id: 's1' },
        data: { first: true },
      },
      stamp,
    )
    const described = describeEvent(event, { definition, tenant: 'acme', product, loggedTime: 1_767_323_046_000 })
    expect(described.document).toEqual({
      class_uid: 3002,
      class_name: 'Authentication',
      category_uid: 3,
      activity_id: 1,
      activity_name: 'Logon',
      type_uid: 300_201,
      severity_id: 1,
      severity: 'Informational',
      status_id: 1,
      status: 'Success',
      time: 1_767_323_045_678,
      message: 'A person signed in.',
      metadata: {
        version: '1.8.0',
        product,
        uid: stamp.id,
        event_code: 'session.started',
        correlation_uid: stamp.requestId,
        tenant_uid: 'acme',
        logged_time: 1_767_323_046_000,
      },
      actor: { user: { uid: 'ada', name: 'Ada', type: 'User', type_id: 1 } },
      src_endpoint: { ip: '203.0.113.7' },
      http_request: { user_agent: 'curl/8.5.0' },
      session: { uid: 's1' },
      user: { uid: 'ada', type: 'User', type_id: 1 },
      service: { name: 'Holdfast' },
      unmapped: { data: { first: true } },
    })
    expect(described.personal).toEqual([
      { pointer: '/actor/user/name', subject: 'Person/ada' },
      { pointer: '/src_endpoint/ip', subject: 'Person/ada' },
      { pointer: '/http_request/user_agent', subject: 'Person/ada' },
    ])
  })

  it('says of a refusal that it was denied and blocked', () => {
    const event = completeEvent({ kind: 'order.placed', outcome: 'refused', reason: 'forbidden' }, stamp)
    const { document } = describeEvent(event, { definition: undefinedKind, tenant: 'acme', product })
    expect(document).toMatchObject({
      status: 'Failure',
      status_code: 'forbidden',
      action: 'Denied',
      disposition: 'Blocked',
      metadata: { profiles: ['security_control'] },
      api: { operation: 'order.placed' },
      actor: { user: { name: 'Unknown', type_id: 0 } },
    })
  })

  it('tells how many a summary of a flood stands for', () => {
    const data = { summary: true, told: 20, more: 4711, since: '2026-01-02T03:00:00.000Z', method: 'GET', status: 429 }
    const said: NewEvent = { kind: 'request.refused', outcome: 'refused', data }
    const definition = httpActivity('Get', 'Refused.')
    const { document } = describeEvent(completeEvent(said, stamp), { definition, tenant: 'acme', product })
    expect(document).toMatchObject({ count: 4711, start_time: Date.parse(data.since), http_response: { code: 429 } })
  })
})
