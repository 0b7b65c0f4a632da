import type { Tuning } from '../delivery/deliverer.ts'

/** As the product does, but in a hurry. */
export const hurried: Partial<Tuning> = {
  leaseSeconds: 2,
  pollMilliseconds: 50,
  gatherMilliseconds: 5,
  backoffSeconds: 0.05,
}
