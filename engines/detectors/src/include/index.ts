import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** A script of another host whose address ends so that what is put behind it does not count. */
const REMOTE =
  /^(?:[\w.[\]-]{1,40}=)?(?:ht|f)tps?:\/\/[^\s?#]{1,500}(?:\?{1,2}|%00|\0|#|%23)$|^(?:[\w.[\]-]{1,40}=)?(?:ht|f)tps?:\/\/\d{1,3}(?:\.\d{1,3}){3}[^\s?#]{0,300}\.(?:php\d?|phtml|txt|inc|asp|jsp|sh|pl)\b/i

/** Includes of files of other hosts. */
export const include: Detector = {
  name: 'include',
  concerns: (classes) => (classes & CLASS.colon) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  return hitOf(REMOTE.exec(value.trim()), 'remote', 'an address that is included', 'a file of another host')
}
