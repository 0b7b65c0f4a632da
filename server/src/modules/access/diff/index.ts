export { diffErrors } from './errors.ts'
export { diffRoutes } from './routes.ts'
