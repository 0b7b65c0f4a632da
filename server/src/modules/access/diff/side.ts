import {
  compile,
  createEntities,
  createSchema,
  type Entities,
  type EntityJson,
  type PolicySet,
  type PolicySetJson,
  type Schema,
  type TemplateLinkJson,
  type Uid,
  withLinks,
} from '@holdfast/policy'
import { type ActionTypes, actionTypes, type DiffSide } from '@holdfast/policy/diff'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { errors } from '../errors.ts'
import { checkPolicies } from '../shadow/check.ts'
import { shadowErrors } from '../shadow/errors.ts'
import { fittingLinks, setJsonOf } from '../shadow/set.ts'
import { findCandidate } from '../shadow/store.ts'
import { findApplication } from '../store.ts'
import type { World, Worlds } from '../world/index.ts'
import { diffErrors } from './errors.ts'
import { momentOfVersion } from './store.ts'
import type { SideInput, SideMaterial } from './shapes.ts'
import type { z } from 'zod'

export interface SideDeps {
  readonly worlds: Pick<Worlds, 'of' | 'at'>
  readonly authoring: Authoring
}

/** A world with the rules that decide in it, which need not be its own. */
export interface Loaded {
  readonly world: World
  readonly policies: Required<PolicySetJson>
  readonly set: PolicySet
  readonly schema: Schema
  readonly schemaJson: World['schemaJson']
  readonly schemaText: string
}

/**
 * Loads two worlds, of one snapshot, and puts policies that are given in place of their own. Texts are checked outside of the transaction: that may take
 * seconds.
 */
export async function loadSides(
  read: Read,
  { worlds, authoring }: SideDeps,
  application: string,
  inputs: { readonly old: SideInput; readonly new: SideInput },
  now: Date,
): Promise<Outcome<{ readonly old: Loaded; readonly new: Loaded }>> {
  const bases = await read(async (tx) => {
    const old = await loadBase(tx, worlds, application, inputs.old, now)
    if (!old.ok) return old
    const after = await loadBase(tx, worlds, application, inputs.new, now)
    return after.ok ? ok({ old: old.value, new: after.value }) : after
  })
  if (!bases.ok) return bases
  const old = await replaced(authoring, bases.value.old, inputs.old)
  if (!old.ok) return old
  const after = await replaced(authoring, bases.value.new, inputs.new)
  return after.ok ? ok({ old: old.value, new: after.value }) : after
}

/** The world with the policies that are given, checked as if they were to be live. */
async function replaced(authoring: Authoring, base: Loaded, side: SideInput): Promise<Outcome<Loaded>> {
  if (side.policies === undefined && side.changes === undefined) return ok(base)
  const { policies: before, schemaText } = base
  const changes = side.changes ?? []
  const given = side.policies ?? changes.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]))
  // The schema that is there already makes no other world.
  const schema = side.schema === schemaText ? undefined : side.schema
  const checked = await checkPolicies({ policies: given, schema }, schemaText, authoring)
  if (!checked.ok) return refuse(errors.policy_invalid, {}, { findings: [...checked.findings] })
  const added = setJsonOf(checked.policies)
  const gone = new Set([...changes, ...checked.policies].map(({ name }) => name))
  const kept = (policies: Required<PolicySetJson>['staticPolicies']) =>
    side.policies === undefined ? Object.entries(policies).filter(([name]) => !gone.has(name)) : []
  const rules = {
    staticPolicies: { ...Object.fromEntries(kept(before.staticPolicies)), ...added.staticPolicies },
    templates: { ...Object.fromEntries(kept(before.templates)), ...added.templates },
  }
  return ok(
    checked.schemaJson === null
      ? { ...base, ...linked(rules, before.templateLinks) }
      : under(base.world, rules, { text: schema ?? schemaText, json: checked.schemaJson }),
  )
}

async function loadBase(
  tx: Transaction,
  worlds: SideDeps['worlds'],
  application: string,
  { at = 'live', version }: SideInput,
  now: Date,
): Promise<Outcome<Loaded>> {
  if ((await findApplication(tx, application)) === undefined) {
    return refuse(errors.application_not_found, { application })
  }
  const atMoment = (moment: Date) => worlds.at(tx, application, { validAt: moment, recordedAt: moment })
  if (at !== 'live' && at !== 'candidate') {
    const then = await atMoment(new Date(at))
    return then === undefined ? refuse(diffErrors.diff_past_unknown, { application, moment: at }) : ok(asItIs(then))
  }
  const world = await worlds.of(tx, application, now)
  if (world === undefined) return refuse(errors.application_not_found, { application })
  if (version !== undefined) {
    const moment = await momentOfVersion(tx, application, version)
    const then = moment && (await atMoment(moment))
    return then === undefined
      ? refuse(diffErrors.diff_past_unknown, { application, moment: `version ${version}` })
      : ok(under(world, then.policies, { text: then.schemaText, json: then.schemaJson }))
  }
  if (at === 'live') return ok(asItIs(world))
  const candidate = await findCandidate(tx, application)
  if (candidate === undefined) return refuse(shadowErrors.candidate_not_found, { application })
  const { schema_text: text, schema_json: json } = candidate
  const schema = text === null || json === null ? undefined : { text, json }
  return ok(under(world, setJsonOf(candidate.policies), schema))
}

function asItIs(world: World): Loaded {
  const { policies, set, schema, schemaJson, schemaText } = world
  return { world, policies, set, schema, schemaJson, schemaText }
}

/** A world under other rules; its grants hold for those templates that these rules have too. */
function under(
  world: World,
  rules: Pick<Required<PolicySetJson>, 'staticPolicies' | 'templates'>,
  schema: { readonly text: string; readonly json: World['schemaJson'] } | undefined,
): Loaded {
  const replaced = { ...asItIs(world), ...linked(rules, world.policies.templateLinks) }
  if (schema === undefined || schema.text === world.schemaText) return replaced
  return { ...replaced, schema: createSchema(schema.json), schemaJson: schema.json, schemaText: schema.text }
}

function linked(
  { staticPolicies, templates }: Pick<Required<PolicySetJson>, 'staticPolicies' | 'templates'>,
  links: readonly TemplateLinkJson[],
): Pick<Loaded, 'policies' | 'set'> {
  const bare = compile({ staticPolicies, templates })
  const templateLinks = fittingLinks(bare, links)
  return { policies: { staticPolicies, templates, templateLinks }, set: withLinks(bare, templateLinks) }
}

/** A side as whoever evaluates elsewhere needs it. */
export function materialOf({ world, policies, schema, schemaJson }: Loaded): z.input<typeof SideMaterial> {
  const { staticPolicies, templates, templateLinks } = policies
  return {
    schema: { ...schemaJson },
    // A policy is written, and a schema replaced, only when all of it is valid.
    validated: Object.keys(schemaJson).length > 0,
    policies: {
      staticPolicies: { ...staticPolicies },
      templates: { ...templates },
      templateLinks: templateLinks.map(({ templateId, newId, values }) => ({
        templateId,
        newId,
        values: { ...values },
      })),
    },
    entities: entitiesUnder(schema, world).map((entity) => ({ ...entity })),
    principals: [...world.principals],
  }
}

/** The entities of a world, with the actions of this schema in place of those of its own. */
function entitiesUnder(schema: Schema, world: World): readonly EntityJson[] {
  if (schema === world.schema) return world.entityList
  return [...schema.actions, ...world.entityList.slice(world.schema.actions.length)]
}

/** Entities that whoever asks brings along. */
export interface Brought {
  readonly entities: readonly EntityJson[]
  /** for applications without a schema: the actions that are asked about */
  readonly actions: readonly string[]
}

/** Both sides as the engine compares them. Where both are the same world they share its entities, and the engine sees that. Throws `PolicyError`. */
export function sidesOf(old: Loaded, now: Loaded, brought: Brought): readonly [DiffSide, DiffSide] {
  const first = groundOf(old, brought)
  const same = old.world === now.world && old.schema === now.schema
  const second = same ? first : groundOf(now, brought)
  return [
    { ...first, set: old.set, actions: actionsOf(old, first, brought) },
    { ...second, set: now.set, actions: actionsOf(now, second, brought) },
  ]
}

type Ground = Pick<DiffSide, 'principals' | 'resources'> & { readonly entities: Entities }

const directory = new Set(['Person', 'Service', 'Group'])

function groundOf({ world, schema, schemaJson }: Loaded, { entities: more }: Brought): Ground {
  const list = entitiesUnder(schema, world)
  const known = schema === world.schema ? world.entities : createEntities(list)
  const added = more.map((entity) => schema.entity(entity, 'keep'))
  const resources = [...list.slice(schema.actions.length), ...added].map(({ uid }) => uid as Uid)
  const declared = actionTypes(schemaJson)
  const acting = new Set(declared.flatMap(({ principals }) => principals))
  // Without a schema anything may act that somebody asks about.
  const others = resources.filter(({ type }) => !directory.has(type) && (declared.length === 0 || acting.has(type)))
  return {
    entities: added.length === 0 ? known : known.with(added),
    principals: others.length === 0 ? world.principals : [...world.principals, ...others],
    resources,
  }
}

/** Those of the schema; without one, the actions that policies or the question name, for all types that there are. */
function actionsOf(
  { set, schemaJson }: Loaded,
  { principals, resources }: Ground,
  { actions }: Brought,
): ActionTypes[] {
  const declared = actionTypes(schemaJson)
  if (declared.length > 0) return declared
  const named = new Map(actions.map((id): [string, Uid] => [`Action ${id}`, { type: 'Action', id }]))
  for (const { scope } of set.policies) {
    const { action } = scope
    const uids = action.op === '==' ? [action.entity] : action.op === 'in' ? action.entities : []
    for (const { type, id } of uids) named.set(`${type} ${id}`, { type, id })
  }
  const types = (uids: readonly Uid[]) => [...new Set(uids.map(({ type }) => type))]
  const [acting, things] = [types(principals), types(resources)]
  return [...named.values()].map((action) => ({ action, principals: acting, resources: things }))
}
