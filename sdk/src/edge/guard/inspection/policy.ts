import { DETECTORS } from '@holdfast/detectors'
import type { InspectionSettings } from '@holdfast/http-guard'
import { type Api, compileApi, createInspector, type Inspector, type InspectorOptions } from '@holdfast/inspection'

/** What an application has its gateway inspect, compiled. */
export interface InspectionPolicy {
  readonly inspector: Inspector
  /** Decides where `inspector` has found something that the document does not name: it takes that for free text. Null: nobody is asked again. */
  readonly lenient: Inspector | null
  /** Answers are looked at. */
  readonly answers: boolean
  /** An answer that is too long to be checked may not go out. */
  readonly answersMustFit: boolean
}

/** Compiles once what many bundles say alike: the document of an API is the dearest thing in them. */
export class InspectionPolicies {
  private made = new Map<string, Made>()

  /**
   * @param settings of all applications, by their ids
   * @returns of each its policy; null where nothing is inspected, undefined where the document cannot be used: then nothing may pass
   */
  compile(settings: ReadonlyMap<string, InspectionSettings>): ReadonlyMap<string, InspectionPolicy | null | undefined> {
    const made = new Map<string, Made>()
    for (const [application, own] of settings) {
      const text = JSON.stringify(own)
      const known = this.made.get(application)
      made.set(application, known?.text === text ? known : { text, policy: compileInspection(own) })
    }
    this.made = made
    return new Map([...made].map(([application, { policy }]) => [application, policy]))
  }
}

interface Made {
  readonly text: string
  readonly policy: InspectionPolicy | null | undefined
}

function compileInspection(settings: InspectionSettings): InspectionPolicy | null | undefined {
  const { mode, routes, document, unknown, without } = settings
  if (mode === 'off' && routes.every((route) => route.mode === 'off')) return null
  const detectors = DETECTORS.filter(({ name }) => !without.includes(name))
  const { schema, leaks } = settings.answers
  const answers = {
    answers: schema !== 'off' || leaks !== 'off',
    answersMustFit: schema === 'block' || schema === 'mask',
  }
  if (document === null)
    return { ...answers, inspector: inspectorOf(settings, detectors, undefined, false), lenient: null }
  const apiOf = (lenient: boolean) => compileApi(document, { detectors, unknownFields: lenient ? 'inspect' : 'refuse' })
  const api = apiOf(unknown === 'inspect')
  if ('errors' in api) return undefined
  const inspector = inspectorOf(settings, detectors, api, unknown === 'inspect')
  if (unknown !== 'report') return { ...answers, inspector, lenient: null }
  const open = apiOf(true)
  return 'errors' in open ? undefined : { ...answers, inspector, lenient: inspectorOf(settings, detectors, open, true) }
}

function inspectorOf(
  { mode, routes, exceptions, bodyBytes, answers, learn }: InspectionSettings,
  detectors: NonNullable<InspectorOptions['detectors']>,
  api: Api | undefined,
  lenient: boolean,
): Inspector {
  return createInspector({
    mode,
    detectors,
    answers,
    unknown: lenient ? 'inspect' : 'refuse',
    limits: { bodyBytes },
    routes: routes.map(({ method, ...route }) => ({ ...route, ...(method !== undefined && { method }) })),
    exceptions: exceptions.map(({ operation, place, name, by, class: kind, expiresAt }) => ({
      operation,
      place,
      name,
      by,
      ...(kind !== undefined && { class: kind }),
      ...(expiresAt !== undefined && { until: Date.parse(expiresAt) }),
    })),
    now: Date.now,
    learn: learn && !lenient,
    ...(api !== undefined && { api }),
  })
}
