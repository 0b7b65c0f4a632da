import { type Detector, DETECTORS } from '@holdfast/detectors'
import { escapeStep, isObject, openDocument, Problems } from './document.ts'
import { compileOperation } from './operation.ts'
import { Router } from './router.ts'
import { Shapes } from './shapes.ts'
import type { Api, ApiProblem, Method, Operation } from './types.ts'

export interface ApiOptions {
  /** Members that a schema does not name are refused (the default), unless it says `additionalProperties`; or they are inspected as free text. */
  readonly unknownFields?: 'refuse' | 'inspect'
  /** Path prefixes before those of the document; those of its `servers` unless given. */
  readonly basePaths?: readonly string[]
  readonly detectors?: readonly Detector[]
}

const METHODS: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']
const MOST_OPERATIONS = 5000

/** What is wrong with a document: nothing of it holds. */
export interface ApiErrors {
  readonly errors: readonly ApiProblem[]
}

/**
 * Compiles an OpenAPI 3.0 or 3.1 document (its JSON value). What is in it comes from the operator: references stay within it, patterns become automata,
 * schemas become code, once.
 */
export function compileApi(value: unknown, options: ApiOptions = {}): Api | ApiErrors {
  const problems = new Problems()
  const document = openDocument(value, problems)
  if (document === undefined) return { errors: problems.errors }
  const shapes = { closed: options.unknownFields !== 'inspect', detectors: options.detectors ?? DETECTORS }
  const parts = {
    document,
    request: new Shapes(document, 'request', shapes),
    answer: new Shapes(document, 'answer', { ...shapes, closed: true }),
  }
  const router = new Router()
  const operations: Operation[] = []
  const { paths } = document.root
  const bases = options.basePaths ?? basePathsOf(document.root['servers'])
  for (const [path, item] of Object.entries(isObject(paths) ? paths : {})) {
    const at = `/paths/${escapeStep(path)}`
    if (!path.startsWith('/')) {
      if (!path.startsWith('x-')) problems.error('document_malformed', at, 'a path begins with a slash')
      continue
    }
    const resolved = document.resolve(item, at)
    if (resolved === undefined) continue
    for (const method of METHODS) {
      const own = resolved.value[method.toLowerCase()]
      if (!isObject(own)) continue
      const place = `${resolved.at}/${method.toLowerCase()}`
      const operation = compileOperation(parts, method, path, own, resolved.value, place, resolved.at)
      for (const base of bases) {
        const based =
          base === '' ? operation : { ...operation, template: base + path, name: `${method} ${base}${path}` }
        operations.push(based)
        if (!router.add(based)) problems.error('path_ambiguous', at, 'another path fits the same requests')
      }
    }
    if (operations.length > MOST_OPERATIONS)
      problems.error('document_too_large', '/paths', `more than ${MOST_OPERATIONS} operations`)
    if (problems.errors.length >= 100) break
  }
  parts.request.compile()
  parts.answer.compile()
  if (problems.errors.length > 0) return { errors: problems.errors }
  return { operations, warnings: problems.warnings, find: (method, path) => router.find(method, path) }
}

/** The paths of `servers`, their variables at their defaults. */
function basePathsOf(servers: unknown): readonly string[] {
  if (!Array.isArray(servers) || servers.length === 0) return ['']
  const bases = servers.map((server: unknown) => {
    if (!isObject(server) || typeof server['url'] !== 'string') return ''
    const variables = isObject(server['variables']) ? server['variables'] : {}
    const url = server['url'].replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
      const variable = variables[name]
      return isObject(variable) && typeof variable['default'] === 'string' ? variable['default'] : ''
    })
    return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*|^\/\/[^/]*/i, '').replace(/\/+$/, '')
  })
  return [...new Set(bases.map((base) => (base === '' || base.startsWith('/') ? base : `/${base}`)))]
}
