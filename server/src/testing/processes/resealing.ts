import {
  type ChangeDeps,
  changeSeal,
  confirmShamir,
  prepareShamir,
  rotateRoot,
} from '../../modules/keys/seal/change.ts'
import { createRewrap, createSealDesk, keyFile } from '../../modules/keys/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { openDatabase } from '../../platform/database/database.ts'
import type { Outcome } from '../../platform/outcome.ts'
import { systemRandom } from '../../platform/random.ts'
import { createUnitOfWork, type Work } from '../../platform/work.ts'
import { contextOf } from '../context.ts'
import { Client } from 'pg'

/*
 * A replica that is killed while it changes the seal. Arguments: URL, tenant, key file, passphrase (or nothing), what
 * (`file`, `passphrase`, `shamir`, `rotate`), and the point at which it dies: `prepared`, `written`, `rewrapped`,
 * `committing` (the word is on its way), `committed`, `never`. Prints the shares as `shares <json>`, and `done`.
 */
const [url = '', tenant = '', path = '', passphrase = '', what = '', point = 'never'] = process.argv.slice(2)

function dieAt(here: string): void {
  if (here === point) process.kill(process.pid, 'SIGKILL')
}

if (point === 'committing') {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const query = Client.prototype.query as (...given: unknown[]) => unknown
  let armed = false
  Client.prototype.query = function dying(this: Client, ...given: unknown[]) {
    const result = query.apply(this, given)
    if (given[0] === 'COMMIT' && armed) setImmediate(() => process.kill(process.pid, 'SIGKILL'))
    const text = typeof given[0] === 'string' ? given[0] : String((given[0] as { text?: unknown }).text)
    if (text.includes('INSERT INTO seal_handovers')) armed = true
    return result
  } as typeof Client.prototype.query
}

const database = openDatabase({ url, poolSize: 4 })
const clock = systemClock
const random = systemRandom(clock)
const fail = (error: unknown) => {
  throw error
}
const file = keyFile(path)
const desk = createSealDesk({
  database,
  clock,
  means: {
    kind: 'file',
    passphrase: passphrase === '' ? undefined : passphrase,
    file: {
      ...file,
      draft() {
        const { seal, write } = file.draft()
        return {
          seal,
          write() {
            write()
            dieAt('written')
          },
        }
      },
      remove(ids) {
        dieAt('committed')
        return file.remove(ids)
      },
    },
  },
  onError: fail,
  onNote: () => {},
})
await desk.start()
const units = createUnitOfWork(database, async () => '')
const work: Work = (run) => units.work(contextOf(tenant), (tx) => run(tx))
const rewrap = createRewrap(random)
const deps: ChangeDeps = {
  database,
  desk,
  async rewrap(tx, from, to) {
    const count = await rewrap(tx, from, to)
    dieAt('rewrapped')
    return count
  },
}

async function change(): Promise<Outcome<unknown>> {
  const now = clock.now()
  if (what === 'rotate') return rotateRoot(deps, work, now)
  if (what === 'file') return changeSeal(deps, work, { to: 'file' }, now)
  if (what === 'passphrase') return changeSeal(deps, work, { to: 'passphrase', passphrase: 'the next passphrase' }, now)
  const made = await prepareShamir(work, { to: 'shamir', shares: 3, threshold: 2 }, now)
  if (!made.ok) return made
  process.stdout.write(`shares ${JSON.stringify(made.value)}\n`)
  dieAt('prepared')
  return confirmShamir(deps, work, made.value.slice(1), now)
}

const outcome = await change()
if (!outcome.ok) throw new Error(outcome.error.code)
dieAt('committed')
process.stdout.write('done\n')
await desk.stop()
await database.close()
