import type { Uid } from '../api/types.ts'

/** `Person::"0190..."`, as Cedar writes it. */
export function uidText({ type, id }: Uid): string {
  return `${type}::${JSON.stringify(id)}`
}

/** What somebody wrote as a uid: `Type::"id"`, or `Type::id` without quotes; null when it is none. */
export function parseUid(text: string): Uid | null {
  const match = /^([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)::(.+)$/su.exec(text.trim())
  const type = match?.[1]
  const rest = match?.[2]
  if (type === undefined || rest === undefined) return null
  if (!rest.startsWith('"')) return { type, id: rest }
  try {
    const id: unknown = JSON.parse(rest)
    return typeof id === 'string' ? { type, id } : null
  } catch {
    return null
  }
}
