/**
 * For what is to be quick where the machine does nothing else: it is tried until it was, ten times at most. What waits for
 * the wrong thing is slow every time, and what a busy machine delays is not.
 * @param milliseconds less than which it took once
 * @param run says how many milliseconds it took
 * @throws Error with what each took
 */
export async function onceWithin(milliseconds: number, run: () => Promise<number>): Promise<void> {
  const took: number[] = []
  while (took.length < 10) {
    took.push(await run())
    if ((took.at(-1) ?? 0) < milliseconds) return
  }
  throw new Error(`it was to take less than ${milliseconds} ms, and took ${took.map(Math.round).join(', ')}`)
}
