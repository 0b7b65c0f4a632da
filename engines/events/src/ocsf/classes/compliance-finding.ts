import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Compliance } from '../objects/compliance.ts'
import { readText } from '../read.ts'
import { fillFinding, type FindingActivity, type FindingAttributes, findingHead, findingShape } from './finding.ts'

/** 2003: a control holds, or does not. */
export interface ComplianceFinding extends BaseAttributes, FindingAttributes {
  readonly compliance: Compliance
}

const head = findingHead(2003, 'Compliance Finding')

export const complianceFindingClass: EventClass<FindingActivity> = {
  ...head,
  schema: classSchema<ComplianceFinding>(head, { ...findingShape, compliance: Compliance }, head.status),
  fill: (document, filling) => {
    fillFinding(document, filling)
    const { event, made, product } = filling
    const control = readText(event, made.control) ?? event.kind
    const result = event.outcome === 'success' ? ({ status: 'Pass', status_id: 1 } as const) : fail
    document.compliance = { control, standards: [product.name], ...result }
  },
}

const fail = { status: 'Fail', status_id: 3 } as const
