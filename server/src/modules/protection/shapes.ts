import {
  AddressSettings,
  CspSettings,
  CsrfSettings,
  HeaderSettings,
  InspectionSettings,
  LimitSettings,
  PolicySettings,
  type ProposedPolicy,
  RouteRules,
  UpstreamSettings,
} from '@holdfast/http-guard'
import { z } from 'zod'
import type { OwnProtection } from './change.ts'
import type { ReportRow } from './store.ts'

const parts = {
  csrf: CsrfSettings.prefault({}),
  headers: HeaderSettings.prefault({}),
  csp: CspSettings.prefault({}),
  limits: LimitSettings.prefault({}),
  addresses: AddressSettings.prefault({}),
  inspection: InspectionSettings.prefault({}),
  upstreams: UpstreamSettings.prefault({}),
  routes: RouteRules.default([]),
  policy: PolicySettings.prefault({}),
}

export const ProtectionBody = z.strictObject({
  ...parts,
  expected: z.int().min(0).optional().meta({ description: 'The version that was read; another one is refused' }),
})

export const ProtectionAnswer = z.object({
  ...parts,
  version: z.int().meta({ description: 'Grows with every change; 0: nobody has set anything' }),
  changedAt: z.iso.datetime().nullable(),
})

export const showProtection = ({ settings, version, changedAt }: OwnProtection): z.output<typeof ProtectionAnswer> => ({
  ...settings,
  version,
  changedAt: changedAt?.toISOString() ?? null,
})

const ReportGroup = z.object({
  directive: z.string(),
  blocked: z.string().meta({ description: 'Origin of what was blocked, or a word: inline, eval, data, ...' }),
  page: z.string().meta({ description: 'Path of the page; what looks like an id is :id' }),
  disposition: z.enum(['enforce', 'report']),
  count: z.int(),
  sample: z.string(),
  source: z.string(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
})

export const ReportList = z.object({ items: z.array(ReportGroup), next: z.string().nullable() })

export const showReport = ({ first_at: first, last_at: last, ...row }: ReportRow): z.output<typeof ReportGroup> => ({
  ...row,
  firstAt: first.toISOString(),
  lastAt: last.toISOString(),
})

const pages = z.array(z.string())

export const Proposal = z.object({
  directives: z.record(z.string(), z.array(z.string()).nullable()).meta({ description: 'For `csp.directives`' }),
  policy: z.string(),
  added: z.array(z.object({ directive: z.string(), source: z.string(), count: z.int(), pages })),
  advice: z.array(z.object({ directive: z.string(), blocked: z.string(), count: z.int(), pages, advice: z.string() })),
})

/** As JSON has it: lists that nobody changes. */
export const showProposal = (proposed: ProposedPolicy): z.output<typeof Proposal> => Proposal.parse(proposed)
