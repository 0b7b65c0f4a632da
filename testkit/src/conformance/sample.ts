import { dirname } from 'node:path'

/** At most `limit` of the names of each folder, spread evenly over its sorted names: the same ones every time. */
export function sampleByFolder(names: readonly string[], limit: number | undefined): string[] {
  const sorted = names.toSorted()
  if (limit === undefined) return sorted
  const folders = Map.groupBy(sorted, (name) => dirname(name))
  return [...folders.values()].flatMap((members) => {
    if (members.length <= limit) return members
    return Array.from({ length: limit }, (_, at) => members[Math.floor((at * members.length) / limit)] ?? '')
  })
}
