import { holds } from '../program/holds.ts'
import { ops, type Program } from '../program/program.ts'
import { factsAt, symbolAt } from './scan.ts'

/**
 * Where the groups of a match are: all ways through the program at once, each with its own slots, in order of preference (Pike's machine). Its cost
 * is the length of the match times the size of the program times the number of groups.
 * @param program with `saves`, forward
 * @param start where the match begins, as is known already
 * @returns where group n starts and ends at 2n and 2n + 1, -1 where it took no part; and how many instructions were looked at
 */
export function groupsAt(
  program: Program,
  groupCount: number,
  text: string,
  start: number,
  end: number,
): { readonly slots: Int32Array; readonly work: number } {
  const { op, next, arg, alphabet, member } = program
  let work = 0
  const seen = new Int32Array(program.size).fill(-1)
  let found = new Int32Array((groupCount + 1) * 2).fill(-1)
  let now: Thread[] = [{ at: program.start, slots: found }]
  for (let place = start; place <= end && now.length > 0; place++) {
    const left = factsAt(alphabet, text, place - 1)
    const symbol = symbolAt(alphabet, text, place)
    const right = alphabet.facts[symbol] as number
    const then: Thread[] = []
    for (const thread of now) if (follow(thread, place, left, right, symbol, then)) break
    now = then
  }
  found[0] = start
  found[1] = end
  return { slots: found, work }

  /** @returns whether a match was found: threads that are preferred less have lost then */
  function follow(thread: Thread, place: number, left: number, right: number, symbol: number, then: Thread[]): boolean {
    const stack: Thread[] = [thread]
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { at } = top
      if (seen[at] === place) continue
      seen[at] = place
      work++
      const ahead = next[at] as number
      const detail = arg[at] as number
      switch (op[at]) {
        case ops.split:
          stack.push({ at: detail, slots: top.slots }, { at: ahead, slots: top.slots })
          break
        case ops.save: {
          const saved = top.slots.slice()
          saved[detail] = place
          stack.push({ at: ahead, slots: saved })
          break
        }
        case ops.assert:
          if (holds(detail, left, right) === true) stack.push({ at: ahead, slots: top.slots })
          break
        case ops.match:
          found = top.slots.slice()
          return true
        default:
          if (member[detail * alphabet.size + symbol] === 1) then.push({ at: ahead, slots: top.slots })
      }
    }
    return false
  }
}

type Thread = { readonly at: number; readonly slots: Int32Array<ArrayBuffer> }
