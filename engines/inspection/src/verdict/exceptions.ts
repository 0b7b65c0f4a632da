import type { Exception, Finding } from '../types.ts'
import { pathTest } from './paths.ts'

/** What exceptions are asked by. */
export type Where = Pick<Finding, 'place' | 'name' | 'inName' | 'by' | 'class'>

export type Exempt = (found: Where, method: string, path: string, template: string | null) => boolean

/** Whether a request is of an operation: its method, its path as written without the query, and the template that the document has for it. */
export type OperationTest = (method: string, path: string, template: string | null) => boolean

/** @param operation `POST /comments`, `* /files/**` */
export function operationTest(operation: string): OperationTest {
  const space = operation.indexOf(' ')
  const method = operation.slice(0, space)
  const fits = pathTest(operation.slice(space + 1))
  return (own, path, template) => (method === '*' || method === own) && fits(path, template)
}

/** Exceptions are narrow: operation, place, name and detector must all fit, and their time not be over. */
export function exemptionsOf(
  exceptions: readonly Exception[],
  now: () => number = () => Number.POSITIVE_INFINITY,
): Exempt {
  if (exceptions.length === 0) return () => false
  const compiled = exceptions.map(({ operation, name, until = null, ...rest }) => ({
    ...rest,
    name,
    until,
    named: nameTest(name),
    fits: operationTest(operation),
  }))
  return (found, method, path, template) =>
    compiled.some(
      ({ place, name, by, class: kind, until, named, fits }) =>
        place === found.place &&
        by === found.by &&
        (kind === undefined || kind === found.class) &&
        // A name that the client chose is none of those that a step may stand for.
        (found.inName ? name === found.name : named(found.name)) &&
        fits(method, path, template) &&
        (until === null || now() < until),
    )
}

/** A place in a list. */
const PLACE = /^\d{1,9}$/

/** The step `*` is every place of a list, and no member of another name: those a client may choose. */
function nameTest(name: string): (own: string) => boolean {
  if (!name.split('/').includes('*')) return (own) => own === name
  const steps = name.split('/')
  return (own) => {
    const others = own.split('/')
    return (
      others.length === steps.length &&
      steps.every((step, n) => step === others[n] || (step === '*' && PLACE.test(others[n] ?? '')))
    )
  }
}
