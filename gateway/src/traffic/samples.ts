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

  /** Counts a request that passed. @returns its place, where it is to be kept; -1: it is not */
  placeOfPassed(): number {
    this.seen++
    if (this.passed.length < mostPassed) return this.passed.length
    const place = Math.floor(this.random() * this.seen)
    return place < mostPassed ? place : -1
  }

  keepPassed(place: number, sample: TrafficSample): void {
    this.passed[place] = sample
  }

  keepFound(sample: TrafficSample): void {
    if (this.found.length >= mostFound) this.found.shift()
    this.found.push(sample)
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
