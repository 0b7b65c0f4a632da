/** What this browser remembers of the log: whose key it met first, and the newest checkpoint that it saw under it. */
export interface Remembered {
  readonly vkey: string
  /** When the key was met. */
  readonly since: string
  /** A signed note. */
  readonly checkpoint: string
  readonly seenAt: string
}

interface Storage {
  readonly getItem: (key: string) => string | null
  readonly setItem: (key: string, value: string) => void
  readonly removeItem: (key: string) => void
}

const KEY = 'holdfast.log'

/** @returns null when nothing is remembered, or storage is forbidden: then every key is a first one, and the pages say so */
export function readMemory(storage: () => Storage): Remembered | null {
  try {
    const value: unknown = JSON.parse(storage().getItem(KEY) ?? 'null')
    return isRemembered(value) ? value : null
  } catch {
    return null
  }
}

/** @returns whether it could be written */
export function writeMemory(storage: () => Storage, remembered: Remembered): boolean {
  try {
    storage().setItem(KEY, JSON.stringify(remembered))
    return true
  } catch {
    return false
  }
}

/** The next key is a first one again. */
export function forgetMemory(storage: () => Storage): void {
  try {
    storage().removeItem(KEY)
  } catch {
    // Nothing was kept either.
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false
  const { vkey, since, checkpoint, seenAt } = value as Readonly<Record<string, unknown>>
  return [vkey, since, checkpoint, seenAt].every((member) => typeof member === 'string')
}
