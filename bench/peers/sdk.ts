import { TestControlPlane } from '../../sdk/src/testing/control-plane.ts'
import { createHoldfast } from '../../sdk/src/index.ts'
import { cases, entitiesOf, policies, requestOf } from '../lib/policy-cases.ts'
import { announceEngine } from '../lib/policy-peer.ts'

/*
 * `can` of the SDK over the cases: a bundle with people, roles and folders, as a control plane sends it, all checks of every question (lease,
 * session, epoch), the decision log. `read`: the document is handed over with its attributes in each question. `named`: it is named, and its
 * attributes are in the bundle.
 */
const named = process.argv[2] === 'named'

/** The entities of all cases, each once. */
function bundled() {
  const listed = cases.flatMap((one) => entitiesOf(one).slice(0, named ? 5 : 4))
  const byUid = new Map<string, (typeof listed)[number]>()
  for (const each of listed) {
    const key = `${each.uid.type}::${each.uid.id}`
    byUid.set(key, byUid.get(key) ?? each)
  }
  return [...byUid.values()]
}

class ControlPlane extends TestControlPlane {
  override claims() {
    return { ...super.claims(), entities: bundled() }
  }
}

const texts = Object.entries(policies).map(([id, text]) => `@id("${id}") ${text}`)
const control = await new ControlPlane({ policies: texts.join('\n') }).start()
const holdfast = await createHoldfast({ credentials: control.credentials })
const questions = cases.map((one) => {
  const { principal, action, resource, context } = requestOf(one)
  return { principal, action: action.id, resource: named ? resource : entitiesOf(one)[4], context }
})
announceEngine((at) => {
  const { principal, action, resource, context } = questions[at]
  const { allowed, code } = holdfast.can(principal, action, resource, context)
  if (code !== 'allowed' && code !== 'denied') throw new Error(`nothing was decided: ${code}`)
  return allowed
})
