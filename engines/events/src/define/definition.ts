import type { Outcome, UnsequencedEvent } from '../event.ts'
import type { Severity } from '../ocsf/base.ts'
import type { EventClass } from '../ocsf/class.ts'

/** One of several activities, where it depends on the event. */
export interface ChosenActivity<Activity extends string = string> {
  readonly among: readonly Activity[]
  readonly choose: (event: UnsequencedEvent) => Activity
}

/** Names of members of `data` from which attributes of the class are made; what is not there is left out. */
export interface Made {
  /** Authentication, Authorize Session: id of the person whose session it is; else it is the actor. */
  readonly user?: string
  /** API Activity: the operation; else it is the kind. */
  readonly operation?: string
  /** User Access Management, Authorize Session: the privileges, a text or a list of texts; else it is the kind. */
  readonly privileges?: string
  /** Findings: id of the finding; else it is the event's. */
  readonly finding?: string
  /** Findings: the title; else it is the summary of the definition. */
  readonly title?: string
  /** Vulnerability Finding: a CVE id or the id of an advisory. */
  readonly vulnerability?: string
  /** Compliance Finding: id of the control. */
  readonly control?: string
}

/** What a kind of event is, in a sentence and in OCSF. The functions named after the classes make it. */
export interface EventDefinition {
  /** One sentence, for people. */
  readonly summary: string
  readonly class: EventClass
  readonly activity: string | ChosenActivity
  readonly severity: Readonly<Record<Outcome, Severity>>
  readonly made: Made
  /** How it may end. A route that names the kind as its own adds `refused`, which is written when its use case refuses. */
  readonly outcomes: readonly Outcome[]
  /** Members of `data` that hold what `about` marks as somebody's. */
  readonly personal: readonly string[]
  /** Who writes it besides the routes that name it: routes and jobs in backticks, or a place in words. */
  readonly written: string | null
}

export interface DefinitionOptions {
  /** One for all outcomes, or by outcome; Informational, when refused Low, when failed Medium where it is not said. */
  readonly severity?: Severity | Partial<Readonly<Record<Outcome, Severity>>>
  readonly made?: Made
  /** Success alone, where it is not said. */
  readonly outcomes?: readonly Outcome[]
  /** Members of `data` that hold what `about` marks as somebody's. */
  readonly personal?: readonly string[]
  /** Who writes it besides the routes that name it: `\`POST /sign-in\``, `the job \`keys.rewrap\``, or a place in words. */
  readonly written?: string
}

export type EventDefinitions = Readonly<Record<string, EventDefinition>>

const usual: Readonly<Record<Outcome, Severity>> = { success: 'Informational', refused: 'Low', failure: 'Medium' }

/** Makes the definition of a kind: what was done, in the words of the class, and a sentence. */
export type Define<Activity extends string> = (
  activity: Activity | ChosenActivity<Activity>,
  summary: string,
  options?: DefinitionOptions,
) => EventDefinition

export function definer<Activity extends string>(of: EventClass<Activity>): Define<Activity> {
  return (
    activity,
    summary,
    { severity, made = {}, outcomes = ['success'], personal = [], written }: DefinitionOptions = {},
  ) => ({
    summary,
    class: of,
    activity,
    severity:
      typeof severity === 'string'
        ? { success: severity, refused: severity, failure: severity }
        : { ...usual, ...severity },
    made,
    outcomes,
    personal,
    written: written ?? null,
  })
}

/** An activity that depends on the event; the catalogue lists all that it may be. */
export function either<const Activity extends string>(
  among: readonly Activity[],
  choose: (event: UnsequencedEvent) => Activity,
): ChosenActivity<Activity> {
  return { among, choose }
}

const KIND = /^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/

/**
 * The kinds of events of a module: `{ 'session.started': authentication('Logon', 'A person signed in.') }`.
 * @throws RangeError for a name that no event can have
 */
export function defineEvents<const D extends EventDefinitions>(definitions: D): D {
  for (const kind of Object.keys(definitions)) {
    if (!KIND.test(kind) || kind.length > 64) throw new RangeError(`${kind} is no kind of event.`)
  }
  return Object.freeze(definitions)
}
