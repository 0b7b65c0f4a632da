import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { FindingInfo } from '../objects/finding-info.ts'
import { Group } from '../objects/group.ts'
import { listOf } from '../schema.ts'
import { type FindingActivity, findingHead, findingInfoOf } from './finding.ts'

/** 2005: findings that people deal with as one. */
export interface IncidentFinding extends BaseAttributes {
  readonly finding_info_list: readonly FindingInfo[]
  /** Who deals with it. */
  readonly assignee_group: Group
}

/** `status_id` of an incident. */
const status = { 1: 'New', 2: 'In Progress', 5: 'Closed' } as const

const head = { ...findingHead(2005, 'Incident Finding'), resource: null, status }

export const incidentFindingClass: EventClass<FindingActivity> = {
  ...head,
  schema: classSchema<IncidentFinding>(head, { finding_info_list: listOf(FindingInfo), assignee_group: Group }, status),
  fill: (document, filling) => {
    const id = document.activity_id === 1 ? 1 : document.activity_id === 3 ? 5 : 2
    document.status_id = id
    document.status = status[id]
    document.finding_info_list = [findingInfoOf(filling)]
    document.assignee_group = { name: 'operators' }
  },
}
