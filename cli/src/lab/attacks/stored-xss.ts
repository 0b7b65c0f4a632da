import { everyWay, type Attack } from '../attack.ts'
import { scriptRuns } from '../words.ts'

const SCRIPT = '<script>steal(document.cookie)</script><img src=x onerror=steal()>'
const REVIEW = { product: 'notebook', rating: 5, text: SCRIPT }
const PAGE = '/p/notebook'

export const storedXss: Attack = {
  id: 'stored-xss',
  title: 'Stored cross-site scripting',
  story: 'classic failure',
  does: `POST /reviews with ${SCRIPT.slice(0, 39)}, then open ${PAGE}`,
  stoppedByGateway: true,

  async naive({ attacker, signIn, send }) {
    const cookie = await signIn(attacker)
    const written = await send({ method: 'POST', path: '/reviews', headers: { cookie }, body: REVIEW })
    const page = await send({ method: 'GET', path: PAGE })
    const runs = scriptRuns(page, SCRIPT)
    return { succeeded: runs, effect: runs ? 'runs at every visitor' : 'does not run', answers: [written, page] }
  },

  async guarded(context) {
    const written = await everyWay(context, { method: 'POST', path: '/reviews', body: REVIEW })
    const pages = await everyWay(context, { method: 'GET', path: PAGE, headers: { accept: 'text/html' } })
    const shown = pages.filter((page) => page.status === 200)
    const stored = written.some((answer) => answer.status === 201)
    const asText = shown.some(({ text }) => text.includes('&lt;script&gt;steal('))
    // Blind, if the review was stored and yet no page shows it as text.
    const succeeded = shown.some((page) => scriptRuns(page, SCRIPT)) || shown.length === 0 || (stored && !asText)
    const effect = succeeded ? 'runs at every visitor' : 'shown as text; scripts forbidden'
    return { succeeded, effect, answers: [...written, ...pages] }
  },
}
