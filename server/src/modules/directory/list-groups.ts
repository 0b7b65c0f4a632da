import type { Group } from './shapes.ts'
import { type GroupRow, selectGroups } from './store/groups.ts'
import type { Reading } from './types.ts'

/** All groups: there are few, and a console shows them as a tree. */
export async function listGroups(tx: Reading): Promise<{ items: Group[]; next: null }> {
  return { items: (await selectGroups(tx)).map(showGroup), next: null }
}

export function showGroup({ id, name, parents, members, builtin }: GroupRow): Group {
  return { id, name, parents, members, builtin }
}
