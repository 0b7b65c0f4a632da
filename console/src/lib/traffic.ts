import type { TrafficCounts } from '../api/types.ts'

/** How many were refused, whatever for. */
export function refusedOf({ refused }: Pick<TrafficCounts, 'refused'>): number {
  return Object.values(refused).reduce((sum, each) => sum + each, 0)
}

/** A rate in few digits: "0", "0.3", "42", "1,200". */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return '0'
  if (perSecond < 0.01) return 'under 0.01'
  if (perSecond < 1) return String(Number(perSecond.toPrecision(perSecond < 0.1 ? 1 : 2)))
  if (perSecond < 10) return String(Number(perSecond.toFixed(1)))
  return Math.round(perSecond).toLocaleString('en-GB')
}

/** A span of milliseconds in few digits: "0.4 ms", "12 ms", "1.3 s". */
export function millisText(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`
}

/** A part of a whole: "0 %", "0.4 %", "12 %". */
export function percentText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  const percent = (part / whole) * 100
  if (percent < 0.1) return 'under 0.1 %'
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`
}

/** The top of an axis for values up to `most`, and the steps to it: 1, 2 or 5 times a power of ten. */
export function axisOf(most: number): readonly number[] {
  if (most <= 0) return [0, 1]
  const rough = most / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power
  const ticks = [0]
  while ((ticks.at(-1) ?? 0) < most) ticks.push(Number((ticks.length * step).toPrecision(6)))
  return ticks
}
