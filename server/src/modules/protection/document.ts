import type { Protection } from '@holdfast/http-guard'
import { compileApi } from '@holdfast/inspection'

/** @returns the first thing that is wrong with the document of an API, null where all gateways can use it */
export function documentProblem({ inspection: { document, unknown } }: Protection): string | null {
  if (document === null) return null
  const api = compileApi(document, { unknownFields: unknown === 'inspect' ? 'inspect' : 'refuse' })
  if (!('errors' in api)) return null
  const [first] = api.errors
  return first === undefined ? 'it cannot be read' : `${first.at === '' ? '' : `${first.at}: `}${first.message}`
}
