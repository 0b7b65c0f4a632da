import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import { emailKey, type Reading } from '../../directory/index.ts'
import type { SigninColumns } from '../store/columns.ts'
import { countForms } from '../store/passwords.ts'
import type { Hasher, KeptHash } from './hasher.ts'

/** What is compared with where nobody has a password. */
export interface Decoys {
  /** @returns a hash that no password fits, always of the same form for the same address */
  of(tx: Reading, email: string): Promise<KeptHash>
}

interface Share {
  readonly form: string
  readonly count: number
}

const rememberedMs = 10 * 60_000

/**
 * Hashes that were brought along cost more or less than ours, and an address with one of them would stand out by the time
 * that a refusal takes. So addresses that nobody has are given forms as the tenant's people have them, in the same shares and
 * each address always the same one: slow or quick, an answer says nothing. Today's form comes first in the order: as people's
 * hashes are renewed the decoys follow, as theirs do, from the old forms to it and never back.
 */
export function createDecoys({
  hasher,
  clock,
  columns,
}: {
  readonly hasher: Hasher
  readonly clock: Clock
  readonly columns: Pick<SigninColumns, 'index'>
}): Decoys {
  const shares = new LRUCache<string, { readonly until: number; readonly forms: readonly Share[] }>({ max: 1000 })

  async function sharesOf(tx: Reading): Promise<readonly Share[]> {
    const now = clock.now().getTime()
    const known = shares.get(tx.tenant ?? '')
    if (known !== undefined && now < known.until) return known.forms
    const forms = inOrder(await countForms(tx), hasher.form)
    shares.set(tx.tenant ?? '', { until: now + rememberedMs, forms })
    return forms
  }

  return {
    async of(tx, email) {
      const forms = await sharesOf(tx)
      const index = (await columns.index(tx))('passwords.decoy', emailKey(email))
      return hasher.decoy(pick(forms, index.readUIntBE(0, 6) / 2 ** 48) ?? hasher.form)
    },
  }
}

function inOrder(counted: readonly Share[], today: string): readonly Share[] {
  return counted.toSorted((a, b) => Number(b.form === today) - Number(a.form === today))
}

/** @param place from 0 to 1, where in the sum of all the shares */
function pick(forms: readonly Share[], place: number): string | undefined {
  const all = forms.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { form, count } of forms) {
    before += count
    if (place * all < before) return form
  }
  return undefined
}
