import { type Measure, measure } from './row.ts'

/** What is called over and over; its answer is not looked at. */
export type Side = () => number

/** The most expensive of the hostile texts beside a benign one of its length: below 1, by how much it costs more. */
export function worstOf(
  texts: readonly string[],
  benign: string,
  sideOf: (texts: readonly string[]) => Side,
  rounds: number,
): Measure {
  const figures = texts.map((text) =>
    timed('64 KiB, ours: hostile, beside benign', 'us', sideOf([text]), sideOf([benign]), rounds, 0.1),
  )
  return figures.toSorted((a, b) => a.better - b.better)[0] as Measure
}

/** CPU of one call, in microseconds, in turns. */
export function timed(what: string, unit: string, one: Side, other: Side, rounds: number, seconds: number): Measure {
  const spent = [one, other].map((side) => {
    const found: number[] = []
    return { side, found, calls: callsIn(side, (seconds * 1e6) / 4) }
  })
  for (let round = -1; round < rounds; round++) {
    for (const { side, found, calls } of spent) {
      const cpu = cpuOf(side, calls)
      // The first round is for the compiler.
      if (round >= 0) found.push(cpu / calls)
    }
  }
  return measure(what, unit, true, spent[0]?.found ?? [], spent[1]?.found ?? [])
}

/** How many calls fill the budget once the compiler has seen as many as fill a quarter of it. */
function callsIn(side: Side, budget: number): number {
  let calls = 1
  let cpu = cpuOf(side, calls)
  while (cpu < budget / 4) {
    calls *= 2
    cpu = cpuOf(side, calls)
  }
  return Math.max(1, Math.round((budget * calls) / cpu))
}

function cpuOf(side: Side, calls: number): number {
  const before = process.cpuUsage()
  for (let count = 0; count < calls; count++) side()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
