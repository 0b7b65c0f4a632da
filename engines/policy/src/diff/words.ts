import type { Change, Row } from './summary.ts'
import type { Undecided } from './types.ts'

/** `14 people gain read on 3,201 Documents (by engineers-read; all of them are in Group::"engineering")`. */
export function describeChange(change: Change): string {
  const who = list(Object.entries(change.principalTypes).map(([type, number]) => counted(number, type)))
  const gains = change.principals === 1
  const verb = change.kind === 'gain' ? (gains ? 'gains' : 'gain') : gains ? 'loses' : 'lose'
  return `${who} ${verb} ${change.action} on ${onWhat(change)}${why(change)}`
}

function onWhat({ resourceType, resources, anyResource }: Change): string {
  if (!anyResource) return `${resources.toLocaleString('en')} ${resourceType}${resources === 1 ? '' : 's'}`
  return resources === 1 ? `every ${resourceType}` : `every ${resourceType}, ${resources - 1} of them named by policies`
}

function why({ because, common, principals }: Row): string {
  const parts: string[] = []
  if (because.length > 0) parts.push(`by ${list(because.slice(0, 5), because.length - 5)}`)
  if (common.length > 0) {
    const names = list(
      common.slice(0, 3).map(({ type, id }) => `${type}::${JSON.stringify(id)}`),
      common.length - 3,
    )
    parts.push(principals === 1 ? `who is in ${names}` : `all of them are in ${names}`)
  }
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

/** A type of principals as people say it. */
function counted(number: number, type: string): string {
  const digits = number.toLocaleString('en')
  if (type === 'Person') return `${digits} ${number === 1 ? 'person' : 'people'}`
  if (type === 'Service') return `${digits} ${number === 1 ? 'service' : 'services'}`
  return `${digits} ${type}${number === 1 ? '' : 's'}`
}

function list(words: readonly string[], more = 0): string {
  const all = more > 0 ? [...words, `${more} more`] : [...words]
  const last = all.pop() ?? ''
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`
}

/** Why nothing can be said of an action on a type of resource. */
export function describeUndecided({ action, resourceType, reason, policies }: Undecided): string {
  const names = list(policies.slice(0, 5), policies.length - 5)
  return reason === 'context'
    ? `${action} on ${resourceType} is not compared: it depends on the context of each request (${names}).`
    : `${action} on ${resourceType} is not compared: no ${resourceType} is known here, and ${names} ${policies.length === 1 ? 'reads' : 'read'} it.`
}
