export { createNote, type NoteDecision } from './note.ts'
export { decisionLogRoutes, type DecisionLogRouteDeps } from './routes.ts'
export { readSettings } from './settings.ts'
export type { Asked, ObserveDecision, SeenDecision } from './types.ts'
