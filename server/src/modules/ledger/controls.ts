import type { Control } from '../../platform/control.ts'

export const controls: readonly Control[] = []
