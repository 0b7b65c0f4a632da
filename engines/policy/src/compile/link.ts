import { PolicyError } from '../errors.ts'
import { field, isObject, readUid } from '../shape.ts'
import { EntityUid } from '../value.ts'
import { type Body, compileBody, type Policy, type SharedConditions, toPolicy } from './policy.ts'
import { SLOTS, type Slot, slotsOf } from './scope.ts'

/** A template, compiled: its links need only their slots filled. */
export interface Template {
  readonly id: string
  /** Those that a link must fill. */
  readonly slots: ReadonlySet<Slot>
  readonly body: Body
}

/** Templates by id. */
export type Templates = ReadonlyMap<string, Template>

const STAND_IN = new EntityUid('Slot', '')
const STAND_INS: ReadonlyMap<Slot, EntityUid> = new Map(SLOTS.map((slot) => [slot, STAND_IN]))

/** Compiles a template. Its slots are filled once by a stand-in, so that a faulty one is refused even without links. */
export function compileTemplate(id: string, json: unknown, path: string, shared: SharedConditions): Template {
  const body = compileBody(json, path, shared)
  toPolicy(id, body, null, STAND_INS, path)
  const slots = slotsOf(body.json)
  if (slots.size === 0) throw new PolicyError('policy_malformed', 'a template has a slot in its scope', path)
  return Object.freeze({ id, slots, body })
}

/** The policy that a link makes of its template. Throws `PolicyError`: `template_link_invalid` when it does not fill exactly the slots. */
export function compileLink(json: unknown, templates: Templates, path: string): Policy {
  if (!isObject(json)) throw new PolicyError('policy_malformed', 'expected a template link', path)
  const id = field(json, 'newId')
  const templateId = field(json, 'templateId')
  const values = field(json, 'values')
  if (typeof id !== 'string' || typeof templateId !== 'string' || !isObject(values)) {
    throw new PolicyError('policy_malformed', 'expected { templateId, newId, values }', path)
  }
  const template = templates.get(templateId)
  if (template === undefined) {
    throw new PolicyError('template_link_invalid', `there is no template \`${templateId}\``, path)
  }
  const slots = new Map<Slot, EntityUid>()
  for (const name of Object.keys(values)) {
    const slot = SLOTS.find((each) => each === name)
    if (slot === undefined || !template.slots.has(slot)) {
      throw new PolicyError('template_link_invalid', `the template has no slot \`${name}\``, path)
    }
    slots.set(slot, readUid(values[slot], 'template_link_invalid', path))
  }
  return toPolicy(id, template.body, templateId, slots, path)
}
