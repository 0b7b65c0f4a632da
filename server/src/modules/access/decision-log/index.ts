export { createNote, type NoteDecision } from './note.ts'
export { decisionLogRoutes, type DecisionLogRouteDeps } from './routes.ts'
export { readSettings } from './settings.ts'
export { type Asked, askedBy, type ObserveDecision, type SeenDecision } from './types.ts'
