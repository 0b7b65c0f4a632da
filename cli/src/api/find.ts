import { Failure } from '../failure.ts'
import type { Api } from './client.ts'
import { segment } from './client.ts'
import type { Person, Service } from './types.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @param name an id or an e-mail address */
export async function findPerson(api: Api, name: string): Promise<Person> {
  if (uuid.test(name)) return api.get<Person>(`/people/${segment(name)}`)
  const people = await api.all<Person>('/people', { query: name })
  const found = people.find((person) => person.email.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw missing('person', name, '"holdfast people list" shows all.')
  return found
}

/** @param name an id, or a name that only one service has */
export async function findService(api: Api, name: string): Promise<Service> {
  const services = await api.all<Service>('/services')
  const found = services.filter((service) => service.id === name || service.name === name)
  if (found.length > 1) {
    throw new Failure({
      code: 'ambiguous',
      detail: `${found.length} services are called ${name}.`,
      mend: `Name it by its id: ${found.map((service) => service.id).join(', ')}.`,
    })
  }
  const [only] = found
  if (only === undefined) throw missing('service', name, '"holdfast services list" shows all.')
  return only
}

function missing(kind: string, name: string, mend: string): Failure {
  return new Failure({ code: 'not_found', detail: `There is no ${kind} ${name}.`, mend })
}
