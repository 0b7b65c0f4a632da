import type { Edge } from '../edge/index.ts'
import type { AnyBundle } from '../edge/holder.ts'
import type { Clock } from '../edge/surroundings.ts'
import { sessionOf, type StepUp } from '../assurance.ts'
import type { PrincipalReference } from '../principal.ts'
import type { Context, Question } from '../question.ts'
import type { Denied } from '../refusals.ts'
import type { RequestInfo } from '../request.ts'
import type { ResourceInput } from '../resource.ts'
import { decide, explainRefusal, findStepUp, withSession } from './decide.ts'
import { type Asked, createDecisionLog, loggedDecision } from './decision-log.ts'
import type { Rules } from './knowledge.ts'
import { createShadow } from './shadow.ts'

/** Something that is to be decided for an application. */
export interface Ask {
  readonly principal: PrincipalReference
  readonly action: string
  readonly resource: ResourceInput
  readonly context?: Context | undefined
}

/** What was decided, and what would make a yes of a no. */
export interface Judged extends Asked {
  readonly stepUp: StepUp | null
}

/** Decides for one application, in an SDK or a gateway alike: with the session's context, the log of decisions and the shadow. */
export interface Judge {
  judge(via: Asked['via'], rules: Rules, ask: Ask): Judged
  /** The answer alone, where nothing is to be told of it: for each row of a list, each group of fields. */
  allows(rules: Rules, ask: Ask): boolean
  /** Tells what was counted. */
  close(): void
}

export interface JudgeOptions {
  readonly edge: Pick<Edge<AnyBundle>, 'record' | 'recordCaused'>
  readonly application: string
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  /** Of which request somebody asks. */
  readonly recall: (principal: PrincipalReference) => RequestInfo
}

export function createJudge(options: JudgeOptions): Judge {
  const { clock } = options
  const log = createDecisionLog(options)
  const shadow = createShadow(options)
  const watching = { can: { via: 'can', shadow }, require: { via: 'require', shadow } } as const
  const session = (principal: PrincipalReference) => sessionOf(principal, clock.now())
  /** The question with what the policies may know of the session. */
  const asking = (knowledge: Rules, { principal, action, resource, context }: Ask): Question => {
    return { principal, action, resource, context: withSession(knowledge, action, context, session(principal)) }
  }
  return {
    judge: (via, knowledge, ask) => {
      const question = asking(knowledge, ask)
      const decision = decide(knowledge, question, watching[via])
      const asked = { via, knowledge, question, decision }
      log.note(asked)
      return { ...asked, stepUp: findStepUp(knowledge, question, decision, session(ask.principal)) }
    },
    allows: (rules, ask) => decide(rules, asking(rules, ask)).allowed,
    close: () => {
      log.close()
      shadow.close()
    },
  }
}

/** All that is told of a no. Slower than the decision; for those that are refused. */
export function denialOf(judged: Judged): Denied {
  const { question, decision, knowledge } = judged
  const { principal, action, resource } = question
  const explanation = explainRefusal(knowledge, question)
  return {
    principal,
    action,
    resource: 'uid' in resource ? resource.uid : resource,
    reason: decision.code,
    policies: decision.reasons,
    explanation,
    logged: loggedDecision(judged, explanation),
  }
}
