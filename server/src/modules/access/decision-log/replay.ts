import { differenceOf, readDecision } from '@holdfast/bundle'
import { limits } from '@holdfast/events'
import {
  createEntities,
  type Entities,
  type EntityJson,
  explain,
  type Explanation,
  PolicyError,
  type PolicySet,
} from '@holdfast/policy'
import type { z } from 'zod'
import type { Uid } from '../../../platform/ports.ts'
import type { StoredEvent } from '../../ledger/index.ts'
import { isOfDirectory } from '../standing.ts'
import type { ReplayReport } from './wire.ts'

type Report = z.input<typeof ReplayReport>

/** What a decision is taken in again. */
export interface ReplayWorld {
  readonly live: PolicySet
  readonly other: PolicySet
  readonly entities: Entities
}

/** @returns undefined when there was no such application then */
export type WorldFor = (event: { readonly time: Date; readonly epoch: number }) => Promise<ReplayWorld | undefined>

const mostExamples = 3
const mostSorts = 200
const mostPrincipals = 20
const options = { onError: 'deny' } as const
/** Milliseconds for one answer, and for which nobody else gets a turn: the policies may be anybody's. */
const mostTime = 5_000
const turn = 20

/**
 * Takes logged decisions again, the oldest first, with the live policies and with others, in the same world: what differs then is the
 * other policies' doing. Nothing in an event is trusted; what it says of people and groups counts nothing.
 * @param events newest first
 */
export async function replay(events: readonly StoredEvent[], worldFor: WorldFor): Promise<Omit<Report, 'next'>> {
  const turned = new Map<string, Report['turned'][number]>()
  const principals = new Map<string, { principal: Uid; count: number }>()
  const unreplayable: Record<string, number> = {}
  let [replayed, drifted, counted] = [0, 0, 0]
  const lose = (why: string) => {
    unreplayable[why] = (unreplayable[why] ?? 0) + 1
  }

  const began = performance.now()
  let resumed = began
  for (const event of events.toReversed()) {
    if (performance.now() - resumed > turn) {
      await new Promise((resolve) => setImmediate(resolve))
      resumed = performance.now()
    }
    if (resumed - began > mostTime) {
      lose('too_slow')
      continue
    }
    const { data, actor, resource, time } = event.view
    if (data['summary'] === true) {
      counted += countOf(data['more'])
      continue
    }
    const read = readDecision(data)
    if (!read.ok || actor === null || resource === null) {
      lose(read.ok ? 'unreadable' : read.why)
      continue
    }
    const { value } = read
    const lost = lostIn(actor) ?? lostIn(resource)
    if (lost !== undefined) {
      lose(lost)
      continue
    }
    const world = await worldFor({ time: new Date(time), epoch: value.epoch })
    if (world === undefined) {
      lose('no_world')
      continue
    }
    const decided = decideAgain(world, { principal: actor, resource, ...value })
    if (typeof decided === 'string') {
      lose(decided)
      continue
    }
    replayed += 1
    const { live, other } = decided
    if (live.decision !== value.decision) drifted += 1
    const kind = differenceOf(live, other)
    if (kind === null) continue
    const names = { live: live.reasons.slice(0, 5), candidate: other.reasons.slice(0, 5) }
    const key = JSON.stringify([kind, value.action, names])
    let sort = turned.get(key)
    if (sort === undefined) {
      if (turned.size >= mostSorts) {
        lose('not_counted')
        continue
      }
      sort = { kind, action: value.action, ...names, count: 0, estimated: 0, examples: [] }
      turned.set(key, sort)
    }
    sort.count += 1
    sort.estimated += 1 / value.rate
    const principal = { type: actor.type, id: actor.id }
    if (sort.examples.length < mostExamples) {
      const on = { type: resource.type, id: resource.id }
      sort.examples.push({ event: event.id, time, principal, resource: on, explanation: other.text })
    }
    if (kind === 'would_allow' || kind === 'would_deny') {
      const name = `${principal.type} ${principal.id}`
      const known = principals.get(name) ?? { principal, count: 0 }
      known.count += 1
      principals.set(name, known)
    }
  }
  const most = [...principals.values()].toSorted((a, b) => b.count - a.count).slice(0, mostPrincipals)
  return {
    looked: events.length,
    replayed,
    turned: [...turned.values()].toSorted((a, b) => b.count - a.count),
    byPrincipal: most,
    drifted,
    unreplayable,
    counted,
  }
}

interface Again {
  readonly principal: Uid
  readonly action: string
  readonly actionType: string
  readonly resource: Uid
  readonly context: Readonly<Record<string, unknown>> | undefined
  readonly given: readonly { readonly uid: unknown }[]
}

/** @returns why not, where it cannot be: `principal_gone`, `unreadable` */
function decideAgain(
  { live, other, entities }: ReplayWorld,
  { principal, action, actionType, resource, context, given }: Again,
): { readonly live: Explanation; readonly other: Explanation } | string {
  const who = { type: principal.type, id: principal.id }
  if (isOfDirectory(who) && entities.get(who) === undefined) return 'principal_gone'
  try {
    const own = createEntities(given as readonly EntityJson[])
    // What is of the directory, or stored, is what it is.
    const more = (given as readonly EntityJson[]).filter(({ uid }) => {
      const plain = plainUid(uid)
      return own.get(plain) !== undefined && !isOfDirectory(plain) && entities.get(plain) === undefined
    })
    const known = more.length === 0 ? entities : entities.with(more)
    const request = {
      principal: who,
      action: { type: actionType, id: action },
      resource: { type: resource.type, id: resource.id },
      context: context as never,
    }
    return { live: explain(live, request, known, options), other: explain(other, request, known, options) }
  } catch (error) {
    if (error instanceof PolicyError) return 'unreadable'
    throw error
  }
}

/** What the log has made of an id that was too long, or looked like a secret: it names something else now. */
function lostIn({ type, id }: Uid): 'scrubbed' | 'truncated' | undefined {
  if (id.includes('[redacted:') || type.includes('[redacted:')) return 'scrubbed'
  return id.length >= limits.id - 16 || type.length >= limits.name - 16 ? 'truncated' : undefined
}

function plainUid(uid: EntityJson['uid']): Uid {
  const { __entity: escaped, ...plain } = uid as Uid & { readonly __entity?: Uid }
  return escaped ?? plain
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1e12 ? value : 0
}
