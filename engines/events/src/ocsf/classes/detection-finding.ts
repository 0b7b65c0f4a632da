import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { fillFinding, type FindingActivity, type FindingAttributes, findingHead, findingShape } from './finding.ts'

/** 2004: a rule found something in what happens. */
export interface DetectionFinding extends BaseAttributes, FindingAttributes {}

const head = findingHead(2004, 'Detection Finding')

export const detectionFindingClass: EventClass<FindingActivity> = {
  ...head,
  schema: classSchema<DetectionFinding>(head, findingShape, head.status),
  fill: fillFinding,
}
