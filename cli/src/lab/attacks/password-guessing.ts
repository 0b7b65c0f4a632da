import { randomUUID } from 'node:crypto'
import type { Attack } from '../attack.ts'

const COMMON = [
  '123456',
  'password',
  'letmein',
  'qwerty',
  'welcome',
  'dragon',
  'monkey',
  'sunshine',
  'iloveyou',
  'football',
]
const WRONG = [...COMMON, ...COMMON.map((word) => `${word}1`)]

export const passwordGuessing: Attack = {
  id: 'password-guessing',
  title: 'Password guessing',
  story: 'broken authentication',
  does: `${WRONG.length} wrong passwords for one account from a list, then the right one`,
  stoppedByGateway: false,

  async naive({ victim, send }) {
    const answers = []
    for (const password of [...WRONG, `${victim.name}123`]) {
      answers.push(await send({ method: 'POST', path: '/login', body: { email: victim.email, password } }))
    }
    const succeeded = answers.at(-1)?.status === 200
    return { succeeded, effect: succeeded ? `in at guess ${answers.length}` : 'locked out', answers }
  },

  async guarded({ manage, trySignIn }) {
    const password = `${randomUUID()} lamp`
    const emails = ['guessed', 'twin'].map((name) => `${name}-${randomUUID()}@shop.example`)
    for (const email of emails) {
      await manage({ method: 'POST', path: '/api/v1/people', body: { email, name: 'Gus', password } })
    }
    const [guessed = '', twin = ''] = emails
    const answers = []
    for (const guess of [...WRONG, password]) {
      const { works, answer } = await trySignIn(guessed, guess)
      answers.push(answer)
      if (works) return { succeeded: true, effect: `in at guess ${answers.length}`, answers }
    }
    // Where nobody can sign in, nobody guesses either: the same password must open another account.
    const { works } = await trySignIn(twin, password)
    return { succeeded: !works, effect: works ? 'the right one comes too late' : 'nobody could sign in', answers }
  },
}
