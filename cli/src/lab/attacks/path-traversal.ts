import { everyWay, type Attack } from '../attack.ts'

const UP = '..%2fnaive%2fseed.ts'
const TRIES = [
  UP,
  '..%2fguarded%2fmain.ts',
  '../guarded/main.ts',
  '%2e%2e/guarded/main.ts',
  '%252e%252e%252fguarded%252fmain.ts',
  '..%5cguarded%5cmain.ts',
  '..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
]

export const pathTraversal: Attack = {
  id: 'path-traversal',
  title: 'Path traversal',
  story: 'classic failure',
  does: `GET /assets/${UP}: a file that is none of the page's`,
  stoppedByGateway: true,

  async naive({ send }) {
    const answer = await send({ method: 'GET', path: `/assets/${UP}` })
    const succeeded = readsSource(answer.text)
    return { succeeded, effect: succeeded ? 'read the source, with its passwords' : 'read nothing', answers: [answer] }
  },

  async guarded(context) {
    const answers = []
    for (const name of TRIES) answers.push(...(await everyWay(context, { method: 'GET', path: `/assets/${name}` })))
    const succeeded = answers.some(({ text }) => readsSource(text))
    return { succeeded, effect: succeeded ? 'read a file' : 'read nothing', answers }
  },
}

function readsSource(text: string): boolean {
  return /^import .* from '|^root:/m.test(text)
}
