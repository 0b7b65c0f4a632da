import { setTimeout } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import { announce } from '../lib/peer.ts'

// Nothing but the hash, with the parameters that the control plane uses. Milliseconds of rest after each: as a server has them
// between two sign-ins, while others use the caches and the memory that the last hash had.
const [password = '', rest = '0'] = process.argv.slice(2)
const stored = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
announce('', async (times) => {
  for (let i = 0; i < times; i++) {
    if (!(await verify(stored, password))) throw new Error('The password was not recognised.')
    await setTimeout(Number(rest))
  }
})
