import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** Directives of servers' and caches' includes. Apache, "mod_include"; ESI 1.0, 3; Jakarta Server Pages 3.1, 1.10.3. */
const DIRECTIVE =
  /<!--\s{0,4}#\s{0,4}(?:exec|include|echo|printenv|set|config|fsize|flastmod|if|elif)\b|<esi:(?:include|inline|debug|vars|assign|remove|choose|eval|try)\b|<jsp:(?:include|forward|usebean|directive|scriptlet|expression)\b|<%@\s{0,8}include\b|<c:(?:import|redirect)\b/i

/** A script of another host whose address ends so that what is put behind it does not count. */
const REMOTE =
  /^(?:[\w.[\]-]{1,40}=)?(?:ht|f)tps?:\/\/[^\s?#]{1,500}(?:\?{1,2}|%00|\0|#|%23)$|^(?:[\w.[\]-]{1,40}=)?(?:ht|f)tps?:\/\/\d{1,3}(?:\.\d{1,3}){3}[^\s?#]{0,300}\.(?:php\d?|phtml|txt|inc|asp|jsp|sh|pl)\b/i

/** Includes: of a server's own pages, and of files of other hosts. */
export const include: Detector = {
  name: 'include',
  concerns: (classes) => (classes & (CLASS.angle | CLASS.colon)) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  budget.take(value.length >> 3)
  const found =
    (classes & CLASS.angle) === 0
      ? null
      : hitOf(DIRECTIVE.exec(value), 'directive', 'a page of the server', 'a directive that the server runs')
  return found ?? hitOf(REMOTE.exec(value.trim()), 'remote', 'an address that is included', 'a file of another host')
}
