import type { Attribute, Constraints, Definition } from './schema.ts'

// The corpus is OCSF 1.9 in the making; we write 1.8. This is what 1.9 added or loosened, of the classes of the categories in which
// we write and of the objects in them: read off the tag 1.8.0 of ocsf/ocsf-schema against the corpus.

type Earlier = {
  /** Attributes that 1.8 does not have. */
  readonly without?: readonly string[]
  /** Values that 1.8 does not have, by attribute. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /** Attributes that 1.8 requires. */
  readonly required?: readonly string[]
  readonly constraints?: Constraints
}

const newIn19: ReadonlySet<string> = new Set(
  (
    'user_management role_management clipboard_activity device_power_state_activity ai_agent attestation clipboard clipboard_item cpu_info ' +
    'dns_resource_record dns_section download_info iam_role job_action job_trigger note prev_event tsig'
  ).split(' '),
)

const methodsOf19 =
  'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ' +
  'ORDERPATCH PRI PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL'

const earlier: Readonly<Record<string, Earlier>> = {
  authorize_session: {
    without: ['groups', 'iam_roles'],
    values: { activity_id: ['3'] },
    constraints: { just_one: ['privileges', 'group'] },
  },
  entity_management: { without: ['updated_entity'] },
  group_management: {
    without: ['iam_roles', 'policies', 'resources', 'updated_group', 'users'],
    values: { activity_id: ['9', '10', '11', '12', '13'] },
  },
  user_access: { without: ['iam_role'], values: { activity_id: ['3', '4'] }, required: ['privileges'] },
  http_activity: { values: { activity_id: Array.from({ length: 31 }, (_, index) => String(index + 10)) } },
  application_security_posture_finding: { without: ['notes'] },
  compliance_finding: { without: ['notes'] },
  data_security_finding: { without: ['notes'] },
  detection_finding: { without: ['notes'] },
  iam_analysis_finding: { without: ['notes'] },
  incident_finding: { without: ['notes'] },
  vulnerability_finding: { without: ['notes'] },
  actor: {
    without: ['iam_role'],
    constraints: { at_least_one: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'] },
  },
  device: { without: ['peripheral_devices'] },
  device_hw_info: { without: ['cores', 'cpu_info_list'] },
  digital_signature: { without: ['serialization', 'serialization_id'], values: { algorithm_id: ['5', '6'] } },
  email: { without: ['bcc', 'bcc_mailboxes'] },
  evidences: { without: ['ai_agent'] },
  file: { without: ['download_info'] },
  fingerprint: { without: ['encoding', 'encoding_id', 'serialization', 'serialization_id'] },
  http_request: { values: { http_method: methodsOf19.split(' ') } },
  job: { without: ['job_actions', 'job_triggers', 'type', 'type_id', 'uid'], values: { run_state_id: ['5'] } },
  message_context: { without: ['prompt_text', 'response_text'] },
  process: { without: ['ai_agent', 'hosted_ai_agent_list'] },
}

/** Of every object that is an entity, of every class, and of every profile. */
const everywhere: readonly string[] = ['uid_numeric', 'attestation_list', 'ai_agent']

const in18 = new WeakMap<Definition, Definition | { readonly none: true }>()

/** A class or an object of the corpus as an earlier version had it; undefined where it had none. */
export function asOf(version: string, definition: Definition): Definition | undefined {
  if (!version.startsWith('1.8.')) return definition
  const known = in18.get(definition) ?? earlierOf(definition) ?? { none: true }
  in18.set(definition, known)
  return 'none' in known ? undefined : known
}

function earlierOf(definition: Definition): Definition | undefined {
  if (newIn19.has(definition.name)) return undefined
  const { without = [], values = {}, required = [], constraints } = earlier[definition.name] ?? {}
  const gone = new Set([...without, ...everywhere])
  const attributes = new Map<string, Attribute>()
  for (const [name, attribute] of definition.attributes) {
    if (gone.has(name)) continue
    const dropped = new Set(values[name])
    attributes.set(name, {
      ...attribute,
      requirement: required.includes(name) ? 'required' : attribute.requirement,
      enum:
        attribute.enum === undefined
          ? undefined
          : new Map([...attribute.enum].filter(([value]) => !dropped.has(value))),
    })
  }
  const profiles = new Set([...definition.profiles].filter((profile) => profile !== 'record_integrity'))
  return { ...definition, attributes, profiles, constraints: constraints ?? definition.constraints }
}
