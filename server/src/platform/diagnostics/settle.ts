import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** after which a start is over */
const seconds = 1

/**
 * Gives back, once, what a start has taken and needs no longer. The collector keeps the space in which young objects live as large as the
 * start has made it (over 100 MiB of modules and schemas), until somebody tells it that memory is wanted elsewhere.
 */
export function settleSoon(): void {
  const timer = setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (how: object) => void
    setFlagsFromString('--no-expose-gc')
    collect({ type: 'major', flavor: 'last-resort' })
  }, seconds * 1000)
  timer.unref()
}
