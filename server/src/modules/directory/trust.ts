import type { DirectoryDeps } from './types.ts'

/** What goes out with a new key, for the edge to pin. */
export async function trustOf({ trust }: Pick<DirectoryDeps, 'trust'>): Promise<{ keys: Record<string, unknown>[] }> {
  return { keys: (await trust()).keys.map((key) => ({ ...key })) }
}
