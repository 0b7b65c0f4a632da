import type { Grammar } from './choices.ts'
import { htmlAttack } from './html.ts'
import { ROOMS } from './rooms.ts'
import { shellAttack } from './shell.ts'
import { sqlAttack } from './sql.ts'

/** Attacks that are made by the grammars of what they attack. */
export const ATTACKS: Readonly<Record<string, Grammar>> = {
  sql: sqlAttack,
  html: htmlAttack,
  shell: shellAttack,
  ...ROOMS,
}
