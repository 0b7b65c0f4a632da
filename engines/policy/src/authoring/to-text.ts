import { withCedar } from './cedar.ts'

/** Text of what is written in Cedar's JSON form, or why there is none. */
export type WrittenText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string }

/** The text of a policy or a template in its JSON form. */
export function policyText(json: unknown): WrittenText {
  const isTemplate = JSON.stringify(json ?? null).includes('"slot"')
  return written(() =>
    withCedar((cedar) => (isTemplate ? cedar.templateToText(json as never) : cedar.policyToText(json as never))),
  )
}

/** The text of a schema in its JSON form. */
export function schemaText(json: unknown): WrittenText {
  return written(() => withCedar((cedar) => cedar.schemaToText(json as never)))
}

type Answer =
  | { readonly type: 'success'; readonly text: string }
  | { readonly type: 'failure'; readonly errors: readonly { readonly message: string }[] }

function written(ask: () => Answer): WrittenText {
  try {
    const answer = ask()
    return answer.type === 'success'
      ? { ok: true, text: answer.text }
      : { ok: false, problem: answer.errors[0]?.message ?? 'refused' }
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }
  }
}
