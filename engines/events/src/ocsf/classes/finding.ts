import type { z } from 'zod'
import type { EventClass, Fill, Filling } from '../class.ts'

import { FindingInfo } from '../objects/finding-info.ts'
import { ResourceDetails } from '../objects/resource-details.ts'
import { readText } from '../read.ts'
import { listOf, optional } from '../schema.ts'

/** What the classes of findings have in common; a finding is created, updated and closed under one `finding_info.uid`. */
export interface FindingAttributes {
  readonly finding_info: FindingInfo
  /** What it was found in; one at most. */
  readonly resources?: readonly ResourceDetails[] | undefined
}

export const findingShape: { readonly [K in keyof FindingAttributes]-?: z.ZodType<FindingAttributes[K]> } = {
  finding_info: FindingInfo,
  resources: optional(listOf(ResourceDetails)),
}

const activities = { Create: 1, Update: 2, Close: 3, Other: 99 } as const
export type FindingActivity = keyof typeof activities

/** `status_id` of a finding. */
const status = { 1: 'New', 2: 'In Progress', 4: 'Resolved' } as const

export type FindingHead = Omit<EventClass<FindingActivity>, 'schema' | 'fill'> & {
  readonly status: Readonly<Record<number, string>>
}

/** A class of category 2 that is a finding. */
export function findingHead(uid: number, name: string): FindingHead {
  return { uid, name, category: 2, activities, actor: 'host', source: null, resource: 'resources', status }
}

export const fillFinding: Fill = (document, filling) => {
  const id = document.activity_id === 1 ? 1 : document.activity_id === 3 ? 4 : 2
  document.status_id = id
  document.status = status[id]
  document.finding_info = findingInfoOf(filling)
}

export function findingInfoOf({ event, made, summary }: Filling): FindingInfo {
  return { title: readText(event, made.title) ?? summary, uid: readText(event, made.finding) ?? event.id }
}
