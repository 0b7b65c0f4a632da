import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let admin: Client
beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

it('no service is bound to an application that is deleted at the same time: whoever made one of that name again would be served by it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const id = `app-${round}`
    await whole.call('POST', '/api/v1/applications', { id, name: id })
    const [made, deleted] = await Promise.all([
      whole.call('POST', '/api/v1/services', { name: id, application: id }),
      whole.call('DELETE', `/api/v1/applications/${id}`),
    ])
    expect([
      [201, 409],
      [422, 200],
    ]).toContainEqual([made.status, deleted.status])
    const { rows } = await admin.query(
      'SELECT s.name FROM services s LEFT JOIN applications a ON a.id = s.application WHERE s.application IS NOT NULL AND a.id IS NULL',
    )
    expect(rows).toEqual([])
  }
})
