import { readdirSync, readFileSync } from 'node:fs'

/** A process and all that come of it. */
export function familyOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statOf(name)[1] ?? 0)] as const)
  const family = [root]
  for (const pid of family) family.push(...parents.filter(([, parent]) => parent === pid).map(([own]) => own))
  return family
}

/** Ticks of the clock that the kernel counts processor time in (`getconf CLK_TCK`, 100 on every Linux). */
const ticksPerSecond = 100

/** Microseconds of the processor that a process and all that come of it have used, in user and kernel. */
export function cpuOfFamily(root: number): number {
  let ticks = 0
  for (const pid of familyOf(root)) {
    // Fields 14 to 17 of proc(5): its own, and of children that have ended.
    for (const field of statOf(String(pid)).slice(11, 15)) ticks += Number(field)
  }
  return (ticks * 1e6) / ticksPerSecond
}

/** The fields of a process from its state on; none where it has gone. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
