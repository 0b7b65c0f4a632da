import { everyWay, type Attack } from '../attack.ts'
import type { Sending } from '../http.ts'
import { scriptRuns } from '../words.ts'

const SCRIPT = '<script>steal(document.cookie)</script>'
const LINK: Sending = { method: 'GET', path: `/?query=${encodeURIComponent(SCRIPT)}` }

export const reflectedXss: Attack = {
  id: 'reflected-xss',
  title: 'Reflected cross-site scripting',
  story: 'classic failure',
  does: `a link to /?query=${SCRIPT}, which somebody follows`,
  stoppedByGateway: true,

  async naive({ send }) {
    const page = await send(LINK)
    const runs = scriptRuns(page, SCRIPT)
    return { succeeded: runs, effect: runs ? 'runs at whoever follows it' : 'does not run', answers: [page] }
  },

  async guarded(context) {
    const pages = await everyWay(context, LINK)
    const runs = pages.some((page) => scriptRuns(page, SCRIPT))
    return { succeeded: runs, effect: runs ? 'runs at whoever follows it' : 'does not run', answers: pages }
  },
}
