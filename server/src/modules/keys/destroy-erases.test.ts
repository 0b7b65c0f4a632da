import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { addPerson } from '../../testing/visitor.ts'
import { startWholeServer } from '../../testing/whole-server.ts'

it('destroying a person’s keys erases them from the log as well, and is told there', async () => {
  const whole = await startWholeServer(inject('postgresUrl'))
  const admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  const { id } = await addPerson(whole, 'Ada')
  const subject = `Person/${id}`
  await whole.call('POST', '/api/v1/events', {
    kind: 'order.placed',
    data: { email: 'ada@shop.example' },
    personal: [{ subject: { type: 'Person', id }, field: '/data/email' }],
  })
  const rows = async (statement: string) => (await admin.query(statement)).rowCount
  const theirs = `SELECT 1 FROM event_subjects s WHERE subject = '${subject}'`
  expect(await rows(theirs)).toBeGreaterThan(0)
  const destroy = () => whole.call('POST', '/api/v1/keys/destroy', { subject, values: 99 })
  expect(await destroy()).toMatchObject({ status: 409, json: { code: 'subject_exists' } })
  await admin.query('DELETE FROM people WHERE id = $1', [id])
  const waiting = `${theirs} AND EXISTS (SELECT FROM log_queue q WHERE q.event_id = s.event_id)`
  while ((await rows(waiting)) !== 0) await sleep(20)
  expect((await destroy()).status).toBe(200)
  // Nothing by which they are found, and a removal that the check of the log finds told.
  expect(await rows(theirs)).toBe(0)
  expect(await rows("SELECT 1 FROM log_removals WHERE what = 'erased'")).toBe(1)
  expect(await rows("SELECT 1 FROM events WHERE kind = 'person.erased_from_log'")).toBe(1)
  await admin.end()
  await whole.close()
})
