/** Something that has been written and not yet sent. */
export interface Pending {
  send(): void
}

let pending: Pending[] = []

/**
 * Sends at the end of this turn of the event loop, together with all else that waits: every message wakes a process that may take this
 * one's place on the processor, and several in a row wake it once. Where nothing else is under way, the end of the turn is now.
 */
export function sendLater(one: Pending): void {
  if (pending.push(one) === 1) setImmediate(sendAll)
}

function sendAll(): void {
  const due = pending
  pending = []
  for (const one of due) one.send()
}
