import { html } from './html/index.ts'
import { path } from './path/index.ts'
import { shell } from './shell/index.ts'
import { sql } from './sql/index.ts'
import { template } from './template/index.ts'
import type { Detector } from './types.ts'

/** All of them, cheap and frequent ones first. */
export const DETECTORS: readonly Detector[] = [sql, html, shell, path, template]
