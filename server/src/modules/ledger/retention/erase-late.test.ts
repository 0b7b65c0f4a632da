import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { addPerson, quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
})
afterAll(() => whole.close())

/** @returns the name of the actor, as the log shows it */
async function actorOf(id: string): Promise<unknown> {
  const { json } = await whole.call('GET', `/api/v1/events/${id}`)
  return (json['event'] as { actor: { name?: string } }).actor.name
}

async function ship(person: string): Promise<string> {
  const id = v7()
  const event = { id, kind: 'order.paid', outcome: 'success', actor: { type: 'Person', id: person, name: 'Ada Late' } }
  const { status, json } = await whole.call('POST', '/api/v1/events', event)
  expect(status, JSON.stringify(json)).toBeLessThan(300)
  return id
}

it('what an application reports of a person late, after they were deleted and erased, is erased as well', async () => {
  const ada = await addPerson(whole, 'Ada')
  const early = await ship(ada.id)
  expect(await actorOf(early)).toBe('Ada Late')
  expect((await whole.call('DELETE', `/api/v1/people/${ada.id}`)).status).toBeLessThan(300)
  const erase = () => whole.call('DELETE', `/api/v1/events/subjects/Person/${ada.id}`)
  await expect.poll(async () => (await erase()).status).toBe(200)
  expect(await actorOf(early)).toBe('[erased]')

  const late = await ship(ada.id)
  expect(await actorOf(late)).toBe('Ada Late')
  await expect.poll(async () => (await erase()).status).toBe(200)
  await expect.poll(() => actorOf(late)).toBe('[erased]')
})
