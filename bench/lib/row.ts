/** One comparison: ours against a peer, measured in turns in the same run. */
export interface Measure {
  /** What was compared, as `GET, CPU per request`. */
  readonly what: string
  readonly ours: number
  readonly peer: number
  readonly unit: string
  /** Median of the rounds' ratios, turned so that above 1 ours is better. */
  readonly better: number
  /** Smallest and largest ratio of a round. */
  readonly spread: readonly [number, number]
}

export interface Row {
  readonly name: string
  readonly title: string
  readonly peer: string
  run(options: RowOptions): Promise<readonly Measure[]>
}

export interface RowOptions {
  readonly rounds: number
  /** Seconds of load in each turn. */
  readonly seconds: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/**
 * Makes a measure of the rounds.
 * @param less the smaller number is the better one (CPU, latency)
 */
export function measure(
  what: string,
  unit: string,
  less: boolean,
  ours: readonly number[],
  peer: readonly number[],
): Measure {
  const ratios = ours.map((value, round) =>
    less ? (peer[round] ?? Number.NaN) / value : value / (peer[round] ?? Number.NaN),
  )
  return {
    what,
    unit,
    ours: median(ours),
    peer: median(peer),
    better: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  }
}
