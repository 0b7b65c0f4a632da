import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { startWholeServer } from '../../testing/whole-server.ts'

it('destroying a person’s keys erases them from the log as well, and is told there', async () => {
  const whole = await startWholeServer(inject('postgresUrl'))
  const admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  const id = '01900000-0000-7000-8000-0000000000f9'
  const subject = `Person/${id}`
  await whole.call('POST', '/api/v1/events', {
    kind: 'order.placed',
    data: { email: 'ada@shop.example' },
    personal: [{ subject: { type: 'Person', id }, field: '/data/email' }],
  })
  const rows = async (statement: string) => (await admin.query(statement)).rowCount
  const waiting =
    "SELECT 1 FROM log_queue q JOIN event_subjects s USING (tenant_id, event_id) WHERE s.subject LIKE '%f9'"
  while ((await rows(waiting)) !== 0) await sleep(20)
  const theirs = `SELECT 1 FROM event_subjects WHERE subject = '${subject}'`
  expect(await rows(theirs)).toBe(1)
  const destroyed = await whole.call('POST', '/api/v1/keys/destroy', { subject, values: 9 })
  expect(destroyed).toMatchObject({ status: 200, json: { keys: 1 } })
  // Nothing by which they are found, and a removal that the check of the log finds told.
  expect(await rows(theirs)).toBe(0)
  expect(await rows("SELECT 1 FROM log_removals WHERE what = 'erased'")).toBe(1)
  expect(await rows("SELECT 1 FROM events WHERE kind = 'person.erased_from_log'")).toBe(1)
  await admin.end()
  await whole.close()
})
