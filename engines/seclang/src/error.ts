/** Stable codes of what is wrong with a configuration. */
export type SecLangCode =
  | 'file_missing'
  | 'include_depth'
  | 'syntax'
  | 'directive_unknown'
  | 'argument_invalid'
  | 'variable_unknown'
  | 'operator_unknown'
  | 'operator_refused'
  | 'transformation_unknown'
  | 'action_unknown'
  | 'action_invalid'
  | 'regex_invalid'
  | 'chain_open'
  | 'rule_id_duplicate'
  | 'rule_id_missing'
  | 'marker_missing'
  | 'detector_missing'

/** A configuration that cannot run, and where: nothing is skipped in silence. */
export class SecLangError extends Error {
  override readonly name = 'SecLangError'
  readonly code: SecLangCode
  readonly file: string
  /** From 1. */
  readonly line: number

  constructor(code: SecLangCode, message: string, file: string, line: number) {
    super(`${file}:${line}: ${message} (${code})`)
    this.code = code
    this.file = file
    this.line = line
  }
}
