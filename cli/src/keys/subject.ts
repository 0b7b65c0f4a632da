import type { Api } from '../api/client.ts'
import { findPerson } from '../api/find.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @param person an e-mail address, or an id: also of somebody who was deleted, and whose keys are still there */
export async function subjectOf(api: Api, person: string): Promise<string> {
  return `Person/${uuid.test(person) ? person.toLowerCase() : (await findPerson(api, person)).id}`
}
