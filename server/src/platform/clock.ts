/** The time, as an argument: tests move it, modules never read the machine's own. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** @returns whole seconds since 1970, as JWTs and the edge protocol count */
export function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}

export function addSeconds(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000)
}
