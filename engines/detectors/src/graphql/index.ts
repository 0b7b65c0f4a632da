import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** A selection of the fields by which a server tells its whole schema. GraphQL (October 2021), section 4. */
const INTROSPECTION =
  /[{\s}\])]__schema\s{0,20}(?:@[a-z]+[^{]{0,60})?\{|[{\s}\])]__type\s{0,20}\(\s{0,20}name\s{0,20}:|\bquery\s{1,20}IntrospectionQuery\b/

/** Introspection: what tells an attacker where to begin, and no client of a published API asks. */
export const graphql: Detector = {
  name: 'graphql',
  concerns: (classes) => (classes & CLASS.brace) !== 0 && (classes & CLASS.underscore) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  return hitOf(INTROSPECTION.exec(value), 'introspection', 'a document', 'the schema of the server is asked for')
}
