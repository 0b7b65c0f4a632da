import { hash, verify } from '@node-rs/argon2'
import { announce } from '../lib/peer.ts'

// Nothing but the hash, with the parameters that the control plane uses.
const password = process.argv[2] ?? ''
const stored = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
announce('', async (times) => {
  for (let i = 0; i < times; i++) {
    if (!(await verify(stored, password))) throw new Error('The password was not recognised.')
  }
})
