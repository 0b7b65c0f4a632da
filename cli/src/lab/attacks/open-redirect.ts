import { everyWay, type Attack } from '../attack.ts'
import type { Answer } from '../http.ts'

const EVIL = 'https://evil.example/'
const SPELLINGS = [
  EVIL,
  '//evil.example/',
  '/\\evil.example/',
  '/\t/evil.example/',
  '/%09/evil.example',
  '/%2f/evil.example',
]

export const openRedirect: Attack = {
  id: 'open-redirect',
  title: 'Open redirect',
  story: 'broken authentication',
  does: `a link to the shop's own sign-in page that goes on to ${EVIL}`,
  stoppedByGateway: false,

  async naive({ victim, send }) {
    const body = new URLSearchParams({ email: victim.email, password: `${victim.name}123` }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
    const path = `/login?return=${encodeURIComponent(EVIL)}`
    const answer = await send({ method: 'POST', path, headers, body })
    const succeeded = leaves(answer)
    return { succeeded, effect: succeeded ? 'sent on to evil.example' : 'stays in the shop', answers: [answer] }
  },

  async guarded(context) {
    const answers: Answer[] = []
    const landed: string[] = []
    for (const spelling of SPELLINGS) {
      const path = `/.holdfast/sign-in?return=${encodeURIComponent(spelling)}`
      const asked = await everyWay(context, { method: 'GET', path, headers: { accept: 'text/html' } })
      answers.push(...asked)
      // Who is let on to the form signs in there, and is sent somewhere.
      if (asked.some(({ status }) => status === 302 || status === 303))
        landed.push((await context.freshSession(spelling)).landed)
    }
    const succeeded = answers.some(leaves) || landed.some((url) => !new URL(url).hostname.endsWith('localhost'))
    return { succeeded, effect: succeeded ? 'sent on to evil.example' : 'stays in the shop', answers }
  },
}

function leaves({ headers }: Answer): boolean {
  const location = headers.location ?? ''
  return location !== '' && new URL(location, 'http://shop.localhost').hostname === 'evil.example'
}
