/** Places that are looked at for one node before it goes behind all others. */
const mostTries = 256
/** Children that nearly always find a place. */
const few = 4

export interface Slots {
  /** @returns a base for which the place of each symbol is free: they are taken */
  take(symbols: readonly number[]): number
  /** behind the last place that is taken */
  end(): number
}

/** Places of a double array. Place 0 is the root's. */
export function createSlots(expected: number): Slots {
  let taken = new Uint8Array(expected * 2)
  let end = 1
  let free = 1

  function isTaken(place: number): boolean {
    return place < taken.length && taken[place] === 1
  }

  function fits(base: number, symbols: readonly number[]): boolean {
    return base > 0 && symbols.every((symbol) => !isTaken(base + symbol))
  }

  function baseFor(symbols: readonly number[]): number {
    while (isTaken(free)) free++
    const lowest = Math.min(...symbols)
    for (let place = free; place < Math.min(end, free + mostTries); place++) {
      if (!isTaken(place) && fits(place - lowest, symbols)) return place - lowest
    }
    // Where a few children find no place, hardly any is left: the first ones are given up.
    if (symbols.length < few) free += few
    return Math.max(end, lowest + 1) - lowest
  }

  return {
    take(symbols) {
      const base = baseFor(symbols)
      for (const symbol of symbols) {
        const place = base + symbol
        if (place >= taken.length) {
          const wider = new Uint8Array(place * 2)
          wider.set(taken)
          taken = wider
        }
        taken[place] = 1
        end = Math.max(end, place + 1)
      }
      return base
    },
    end: () => end,
  }
}
