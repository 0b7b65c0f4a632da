import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let sealed = false

/** The server said that it is sealed: every page gives way to the one that opens it. */
export function noteSealed(): void {
  sealed = true
  for (const listener of listeners) listener()
}

export function useSealed(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => sealed,
  )
}
