import type { Exception, Finding } from '../types.ts'
import { pathTest } from './paths.ts'

export type Exempt = (finding: Finding, method: string, path: string, template: string | null) => boolean

/** Exceptions are narrow: operation, place, name and detector must all fit. */
export function exemptionsOf(exceptions: readonly Exception[]): Exempt {
  const compiled = exceptions.map(({ operation, place, name, by, class: kind }) => {
    const space = operation.indexOf(' ')
    const method = operation.slice(0, space)
    const fits = pathTest(operation.slice(space + 1))
    const named = nameTest(name)
    return {
      place,
      by,
      kind,
      named,
      fits: (own: string, path: string, template: string | null) =>
        (method === '*' || method === own) && fits(path, template),
    }
  })
  return (finding, method, path, template) =>
    compiled.some(
      ({ place, by, kind, named, fits }) =>
        place === finding.place &&
        by === finding.by &&
        (kind === undefined || kind === finding.class) &&
        named(finding.name) &&
        fits(method, path, template),
    )
}

function nameTest(name: string): (own: string) => boolean {
  if (!name.split('/').includes('*')) return (own) => own === name
  const steps = name.split('/')
  return (own) => {
    const others = own.split('/')
    return others.length === steps.length && steps.every((step, n) => step === '*' || step === others[n])
  }
}
