import type { Entity } from './entities.ts'
import { isObject } from './json.ts'
import type { Suite } from './suite.ts'

/**
 * The actions that the cases of a suite name and nothing else does, as entities: without a schema a search for actions could not know
 * of them. (What they permit is decided all the same.)
 */
export function namedInCases({ cases, policies, entities }: Suite): Entity[] {
  const known = [...policies.values()].join('\n')
  const stored = new Set(entities.map(({ uid }) => uid.id))
  const names = new Set<string>()
  for (const { request, expected, endpoint } of cases) {
    if (!isObject(request)) continue
    const items = Array.isArray(request['evaluations']) ? request['evaluations'].filter(isObject) : []
    for (const { action } of [request, ...items]) {
      if (isObject(action) && typeof action['name'] === 'string') names.add(action['name'])
    }
    if (endpoint === 'search/action' && expected.kind === 'results')
      for (const name of expected.results) names.add(name)
  }
  return [...names]
    .filter((name) => !known.includes(`Action::${JSON.stringify(name)}`) && !stored.has(name) && !name.includes('::'))
    .map((id) => ({ uid: { type: 'Action', id }, attrs: {}, parents: [] }))
}
