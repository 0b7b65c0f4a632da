import { blindIndex, type DataKey, seal } from '@holdfast/envelope'
import type { Random } from '../../platform/random.ts'
import type { Budgets } from './budget.ts'
import type { KeyCache } from './cache.ts'
import type { MadeKey, Maker, Version } from './make.ts'
import { installationTenant, nameText } from './names.ts'
import { type DataKeyRow, selectByIds, selectCurrent } from './store/data-keys.ts'
import type { Db, KeyName, KeyRing, WantedKey } from './types.ts'

export interface RingDeps {
  readonly random: Random
  readonly maker: Maker
  readonly cache: KeyCache
  readonly budgets: Budgets
  /** told, in its transaction, of a key that took the place of one that has closed enough */
  readonly replaced: (tx: Db, key: Version) => Promise<void>
}

export interface OwnKeyRing extends KeyRing {
  index(name: KeyName, label: string, text: string): Buffer
}

export interface Rings {
  ring(tx: Db, tenant: string | null, wanted: readonly WantedKey[]): Promise<OwnKeyRing>
  /** The keys of these ids, from memory or read; null for one that was destroyed, nothing for one that never was. */
  byIds(tx: Db, tenant: string | null, ids: readonly string[]): Promise<ReadonlyMap<string, DataKey | null>>
}

type Wanted = Required<WantedKey> & { readonly subject: string; readonly text: string }

/** A key at hand, and what may be closed with it beyond what was asked for. */
interface Slot {
  readonly key: DataKey
  left: number
  takeOne(): boolean
}

export function createRings({ random, maker, cache, budgets, replaced }: RingDeps): Rings {
  const shared = (key: DataKey, left: number): Slot => ({ key, left, takeOne: () => budgets.takeOne(key.id) })

  function ownSlot(own: MadeKey, left: number): Slot {
    return {
      key: own.key,
      left,
      takeOne() {
        if (own.left < 1) return false
        own.left--
        return true
      },
    }
  }

  /**
   * The keys that are there, with one question about how much they may still close. Nothing for one that has closed enough,
   * was destroyed meanwhile, or was made by this transaction.
   */
  async function useAll(
    tx: Db,
    tenant: string | null,
    pairs: readonly (readonly [Wanted, DataKeyRow])[],
  ): Promise<ReadonlyMap<string, Slot>> {
    const keep = cache.reading()
    const others = pairs.filter(([, { id }]) => !maker.madeIn(tx).has(id))
    const rows = others.map(([, row]) => row)
    const keys = await maker.unwrap(tx, tenant, rows)
    const slots = await Promise.all(
      others.map(async ([{ text, messages }, { id }]): Promise<[string, Slot][]> => {
        const key = keys.get(id)
        if (key === undefined || !(await budgets.take(id, messages))) return []
        keep({ id, tenant, key }, text)
        return [[text, shared(key, messages)]]
      }),
    )
    return new Map(slots.flat())
  }

  async function use(tx: Db, tenant: string | null, wanted: Wanted, row: DataKeyRow): Promise<Slot | undefined> {
    const own = maker.madeIn(tx).get(row.id)
    if (own !== undefined)
      return (await maker.take(tx, own, wanted.messages)) ? ownSlot(own, wanted.messages) : undefined
    return (await useAll(tx, tenant, [[wanted, row]])).get(wanted.text)
  }

  /** The key of a name: found, made or replaced. Others do the same: whoever comes second takes what is there then. */
  async function obtain(tx: Db, tenant: string | null, wanted: Wanted, found: DataKeyRow | undefined): Promise<Slot> {
    let row = found
    for (let attempt = 0; attempt < 10; attempt++) {
      if (row === undefined) {
        const own = await maker.make(tx, tenant, wanted, wanted.messages)
        if (own !== undefined && (await maker.take(tx, own, wanted.messages))) return ownSlot(own, wanted.messages)
      } else {
        const slot = await use(tx, tenant, wanted, row)
        if (slot !== undefined) return slot
        const next = await maker.replace(tx, tenant, row)
        if (next !== undefined) await replaced(tx, next)
      }
      ;[row] = await selectCurrent(tx, tenant, { purposes: [wanted.purpose], subjects: [wanted.subject] })
    }
    throw new Error(`no key for ${wanted.text}: others make and replace it all the time`)
  }

  async function slotsOf(tx: Db, tenant: string | null, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Slot>> {
    const slots = new Map<string, Slot>()
    const missing: Wanted[] = []
    for (const each of wanted) {
      const held = cache.current(tenant, each.text)
      if (held !== undefined && (await budgets.take(held.id, each.messages)))
        slots.set(each.text, shared(held.key, each.messages))
      else missing.push(each)
    }
    if (missing.length === 0) return slots
    const rows = await selectCurrent(tx, tenant, {
      purposes: missing.map(({ purpose }) => purpose),
      subjects: missing.map(({ subject }) => subject),
    })
    const byName = new Map(rows.map((row) => [nameText(row), row]))
    const there = missing.flatMap((each) => {
      const row = byName.get(each.text)
      return row === undefined ? [] : [[each, row] as const]
    })
    for (const [text, slot] of await useAll(tx, tenant, there)) slots.set(text, slot)
    // In the order of their names: two transactions that make the same keys wait for each other, and never crosswise.
    const rest = missing.filter(({ text }) => !slots.has(text))
    for (const each of rest.toSorted((a, b) => (a.text < b.text ? -1 : 1)))
      slots.set(each.text, await obtain(tx, tenant, each, byName.get(each.text)))
    return slots
  }

  return {
    async ring(tx, tenant, wanted) {
      const slots = await slotsOf(tx, tenant, merged(wanted))
      const find = (name: KeyName): Slot => {
        const slot = slots.get(nameText(name))
        if (slot === undefined) throw new Error(`the key for ${nameText(name)} was not asked for`)
        return slot
      }
      return {
        close(name, place, plain) {
          const slot = find(name)
          if (slot.left > 0) slot.left--
          else if (!slot.takeOne()) throw new Error(`more messages for ${nameText(name)} than were asked for`)
          return seal(slot.key, { ...place, tenant: tenant ?? installationTenant }, plain, random.bytes(12))
        },
        index: (name, label, text) => blindIndex(find(name).key, label, text),
      }
    },
    async byIds(tx, tenant, ids) {
      const keys = new Map<string, DataKey | null>()
      const missing = new Set<string>()
      for (const id of ids) {
        const held = cache.byId(tenant, id)
        if (held === undefined) missing.add(id)
        else keys.set(id, held.key)
      }
      if (missing.size === 0) return keys
      const keep = cache.reading()
      const rows = await selectByIds(tx, tenant, [...missing])
      const unwrapped = await maker.unwrap(tx, tenant, rows)
      for (const { id } of rows) {
        const key = unwrapped.get(id) ?? null
        keys.set(id, key)
        if (key !== null && !maker.madeIn(tx).has(id)) keep({ id, tenant, key })
      }
      return keys
    },
  }
}

/** Each name once, with the messages of all that ask for it. */
function merged(wanted: readonly WantedKey[]): Wanted[] {
  const names = new Map<string, Wanted>()
  for (const { purpose, subject = '', messages = 1 } of wanted) {
    const text = nameText({ purpose, subject })
    names.set(text, { purpose, subject, text, messages: messages + (names.get(text)?.messages ?? 0) })
  }
  return [...names.values()]
}
