import { TRAFFIC_SAMPLES_MOST, type TrafficSample } from '@holdfast/bundle'

const mostPassed = 10
const mostFound = TRAFFIC_SAMPLES_MOST - mostPassed

/** Some requests of a moment: the last ones that were refused or reported, and of those that passed each with the same chance. */
export class Samples {
  private found: TrafficSample[] = []
  private passed: TrafficSample[] = []
  private seen = 0
  private readonly random: () => number

  /** @param random from 0 to below 1 */
  constructor(random: () => number) {
    this.random = random
  }

  /** @param make is called only for a request that is kept */
  add(passed: boolean, make: () => TrafficSample): void {
    if (!passed) {
      if (this.found.length >= mostFound) this.found.shift()
      this.found.push(make())
      return
    }
    this.seen++
    if (this.passed.length < mostPassed) {
      this.passed.push(make())
      return
    }
    const place = Math.floor(this.random() * this.seen)
    if (place < mostPassed) this.passed[place] = make()
  }

  /** Oldest first. */
  take(): TrafficSample[] {
    const taken = [...this.found, ...this.passed].toSorted((left, right) => left.at - right.at)
    this.found = []
    this.passed = []
    this.seen = 0
    return taken
  }
}
