import { AGENT_DETECTORS, DETECTORS } from '@holdfast/detectors'
import { detectorsFor } from './api/look.ts'
import { freePlan } from './api/plan.ts'
import type { Look } from './api/types.ts'
import { RequestInspection } from './inspect/inspection.ts'
import { Remembered } from './inspect/remembered.ts'
import type { Setting } from './inspect/setting.ts'
import { LIMITS } from './limits.ts'
import type { Inspector, InspectorOptions } from './types.ts'
import { exemptionsOf } from './verdict/exceptions.ts'
import { modesOf } from './verdict/modes.ts'

/** A page says where it was in Referer, and a proxy whom it asked: addresses of every kind. */
const NOT_IN_HEADERS: ReadonlySet<string> = new Set(['ssrf', 'include'])
/** The field User-Agent is asked for scanners, too. */
const OF_AGENTS = AGENT_DETECTORS.filter((detector) => !DETECTORS.includes(detector))
const REMEMBERED = 2048

/** Compiles what is the same for all requests. Without an API's document everything is free text. */
export function createInspector(options: InspectorOptions = {}): Inspector {
  const all = options.detectors ?? DETECTORS
  const text: Look = { detectors: detectorsFor(all, 'value', undefined, ''), base64: false }
  const ofHeaders = all.filter(({ name }) => !NOT_IN_HEADERS.has(name))
  const setting: Setting = {
    api: options.api ?? null,
    modeOf: modesOf(options.routes ?? [], options.mode ?? 'block'),
    exempt: exemptionsOf(options.exceptions ?? [], options.now),
    strict: options.unknown !== 'inspect',
    limits: { ...LIMITS, ...options.limits },
    free: { ...freePlan(text), text },
    header: { detectors: ofHeaders, base64: false },
    agent: { detectors: [...ofHeaders, ...OF_AGENTS], base64: false },
    remembered: new Remembered(options.remembered ?? REMEMBERED),
    answers: options.answers ?? {},
    learn: options.learn ?? false,
  }
  return { begin: (head, mode) => new RequestInspection(setting, head, mode) }
}
